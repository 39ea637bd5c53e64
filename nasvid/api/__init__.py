"""The Python interface: spaces, architectures, searches and runs."""
