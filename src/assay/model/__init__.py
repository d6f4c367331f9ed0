"""Nouns: the frozen values that rooms pass to each other.

Standard library only; imports nothing of Assay but `errors`. Add a noun here when a line fits no room.
"""
