"""Rules about what request data may do."""
