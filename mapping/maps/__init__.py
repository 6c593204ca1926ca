"""One YAML file a vendor: where its fields lie, and what they are to us."""
