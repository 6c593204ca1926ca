"""Pairs become clusters: components, then average linkage."""
