"""How the network is configured, by every tool that distributions use for it."""
