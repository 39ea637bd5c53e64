"""What a run found, for people: tables, one HTML file, TensorBoard, CSV, differences in words."""
