"""KEEP: the whole database in one file, and back; and what a restore must erase again."""
