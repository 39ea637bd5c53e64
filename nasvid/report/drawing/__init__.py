"""Pictures of spaces, of architectures, and of what differs between two."""
