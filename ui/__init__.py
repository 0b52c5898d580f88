"""The window: it draws steps and decides nothing."""
