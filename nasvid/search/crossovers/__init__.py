"""The crossovers, one file each; a new file here is a new crossover."""
