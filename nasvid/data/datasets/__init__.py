"""The data sets that nasvid can make, one a file."""
