"""Plain data and small rules that every layer shares; imports nothing of nasvid above it."""
