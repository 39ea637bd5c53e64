"""From a graph and its weights to a folder of plain PyTorch that needs nasvid no more."""
