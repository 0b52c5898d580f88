"""A fixed VHD made of a disk image of any format."""
