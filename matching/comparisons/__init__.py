"""One kind of evidence a file: two values in, the level of their agreement out."""
