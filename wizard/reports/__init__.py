"""What a person or a portal is handed at the end."""
