"""How right a model is, how sure one can be of it, and whether another is better."""
