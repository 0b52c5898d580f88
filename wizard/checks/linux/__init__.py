"""The rules about what is inside a Linux disk."""
