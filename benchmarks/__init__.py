"""Measure the matching: made customers with known truth, labelled sets, and peers beside ours."""
