"""Tokens, sessions, cookies, random numbers and cryptography."""
