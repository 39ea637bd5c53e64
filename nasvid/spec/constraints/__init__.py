"""The constraints, one file each; a new file here is a new constraint."""
