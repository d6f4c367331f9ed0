"""Secrets that stand where everybody who has the code can read them."""
