"""One way to merge several inputs per file; each turns shapes into a small graph of primitives."""
