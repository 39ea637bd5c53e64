"""The language: YAML text to a checked search space with its table of decisions."""
