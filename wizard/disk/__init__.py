"""Reading disk images: formats, extents, partitions, boot sectors."""
