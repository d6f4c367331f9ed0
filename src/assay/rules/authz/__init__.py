"""Rules about what a known caller may do: roles, policies and neighbours."""
