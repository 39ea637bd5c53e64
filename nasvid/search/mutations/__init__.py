"""The mutations, one file each; a new file here is a new mutation."""
