"""The engine: what is known of a journey, where its steps stand, and the one writer of it."""
