"""From a disk to its file systems: partitions, LVM, and libyal's readers behind one interface."""
