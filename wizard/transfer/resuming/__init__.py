"""What lets an upload go on inside the file: who the disk is, what was sent, and who may write."""
