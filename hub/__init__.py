"""The floor: words that every folder shares. Imports nothing of ours."""
