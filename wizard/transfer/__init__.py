"""Moving a disk to a page blob. Knows no step and no Azure client: the blob is a protocol (see page_blob)."""
