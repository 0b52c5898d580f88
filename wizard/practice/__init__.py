"""The practice cloud: a local Resource Manager, Azurite for the blobs, sample images. Only cli and ui.app know it."""
