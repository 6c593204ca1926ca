"""REMEMBER: the hub's own database, and the only SQL that speaks to it."""
