"""Where boxes and edges of a picture go: rows, order in a row, positions, routes."""
