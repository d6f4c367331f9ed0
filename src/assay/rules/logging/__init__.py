"""Rules about what is recorded of what was done."""
