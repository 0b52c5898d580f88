"""The small parts that everything in the window is built of."""
