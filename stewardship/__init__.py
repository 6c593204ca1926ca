"""DECIDE: the stewards' page and its small REST API; acts only through `pipeline`."""
