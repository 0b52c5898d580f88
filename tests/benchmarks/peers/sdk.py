"""The Azure package's own way: `python -m tests.benchmarks.peers.sdk FILE LINK [CERTIFICATE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from azure.storage.blob import BlobClient


def main() -> None:
    """upload_blob with eight connections."""
    path, link = Path(sys.argv[1]), sys.argv[2]
    verify = sys.argv[3] if len(sys.argv) > 3 else True
    client = BlobClient.from_blob_url(
        link, api_version="2021-12-02", connection_verify=verify, max_page_size=4 * 1024 * 1024
    )
    with client, path.open("rb") as file:
        client.upload_blob(
            file, blob_type="PageBlob", length=path.stat().st_size, overwrite=True, max_concurrency=8
        )


if __name__ == "__main__":
    main()
