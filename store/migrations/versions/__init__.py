"""The revision scripts, oldest first. A released one is never changed."""
