"""From a search space and a genotype to a graph."""
