"""Which pairs are worth comparing: keys, blocks, and what was skipped."""
