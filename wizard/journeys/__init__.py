"""A journey: its data, its format, and its file on disk."""
