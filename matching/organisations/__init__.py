"""Organisations in bulk: names as words that are rare or common, and the houses they are in."""
