"""Pages and dialogs that are no step."""
