"""Rules about what stands between the API and the network: origins, encryption, debug switches."""
