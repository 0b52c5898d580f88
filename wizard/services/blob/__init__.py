"""Our own client for page blobs: persistent connections, no copy of the data, nothing of Azure's packages."""
