"""The search algorithms, one file each; a new file here is a new algorithm."""
