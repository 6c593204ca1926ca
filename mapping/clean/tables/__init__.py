"""Word lists for cleaning, each a YAML file with a reason beside every entry."""
