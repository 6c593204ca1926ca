"""How much each agreement tells: the model, how it is learned, and the sum for a pair."""
