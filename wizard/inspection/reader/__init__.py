"""The child process that reads an image, its limits, and how it is spoken to."""
