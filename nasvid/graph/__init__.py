"""The typed graph of a network: frozen data, no torch, no weights."""
