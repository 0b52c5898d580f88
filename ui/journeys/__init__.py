"""A journey in the window: the way in, its view, and what keeps it open."""
