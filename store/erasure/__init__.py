"""ERASE: what leaves every table when a customer is forgotten, and how it stays away."""
