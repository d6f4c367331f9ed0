"""Rules about what a contract says of the API: who may call, what is taken and answered, where."""
