"""What a step looks at, shows or lets choose, where that is more than its own file should hold."""
