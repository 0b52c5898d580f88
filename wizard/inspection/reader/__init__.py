"""The process that reads an image, beside the wizard: a crafted image may hang or crash it, never the wizard."""
