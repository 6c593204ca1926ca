"""How fast the hub itself is, at a million source records: loads, changes and look-ups."""
