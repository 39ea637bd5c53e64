"""The primitives, one a file: parameters, shape rule and exact cost."""
