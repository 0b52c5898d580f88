"""The rules about what is inside a Windows disk."""
