"""Words made comparable: scripts, folding, romanising, sounds, nicknames, legal forms."""
