"""Looking inside a disk without starting it: its file systems, what system is in them, and in what state."""
