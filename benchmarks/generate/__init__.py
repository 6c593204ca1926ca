"""Make customers whose truth is known, any number of them, the same for the same seed."""
