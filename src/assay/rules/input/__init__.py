"""What callers send, and where it must not get as it is."""
