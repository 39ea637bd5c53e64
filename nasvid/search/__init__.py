"""Which architecture to try next: ask/tell, without torch and without processes."""
