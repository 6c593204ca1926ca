"""Learning a model from a table, without anybody's labels."""
