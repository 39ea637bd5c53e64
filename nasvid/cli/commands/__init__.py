"""One command per file; each has a function `command`, registered in `nasvid.cli.main`."""
