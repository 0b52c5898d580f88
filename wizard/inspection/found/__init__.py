"""What was found inside an image: records of plain values, one file per chapter. They come from a child process as JSON."""
