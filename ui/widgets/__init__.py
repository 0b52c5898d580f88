"""What the window is built of."""
