"""Rules about how often, and how much, a caller may ask for."""
