"""A SAS URI: read from whatever was pasted, its figures, and its verdict outside a journey."""
