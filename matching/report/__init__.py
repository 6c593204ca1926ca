"""What a match tells its reader: the facts, and a page of them."""
