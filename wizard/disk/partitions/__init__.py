"""How a disk is divided, and what changes where it grows."""
