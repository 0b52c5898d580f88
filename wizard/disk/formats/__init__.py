"""One reader for each format of disk images, each a `wizard.disk.image.Image`."""
