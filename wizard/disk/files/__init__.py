"""Files as a disk is read from or written to: holes, sharing, and what Windows has of its own."""
