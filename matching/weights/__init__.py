"""How much each agreement tells: the model, its weights, and the sum for a pair."""
