"""Rules about who may come in without saying who they are."""
