"""The torch side of the primitives, one a file: `leaf`, and a module class where torch has none."""
