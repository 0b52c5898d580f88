"""Page ranges on their way: how many connections, how fast, and what is done when the line fails."""
