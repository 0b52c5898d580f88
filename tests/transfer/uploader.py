"""A process that uploads when it is told, in children that can be killed: `python -m tests.transfer.uploader`.

Where the system can fork, a child starts in milliseconds. Each line on standard input is a JSON object (`path`, `link`,
`journal`); the answer is a line with the child's number, and another one with its exit status when it has ended: 0 the upload is
whole, 3 it failed (the reason is on standard error).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

from wizard.disk.as_vhd import open_fixed_vhd
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Task
from wizard.transfer.sending.line import Patience
from wizard.transfer.upload import upload

WHOLE, FAILED = 0, 3


def send(path: str, link: str, journal: str) -> int:
    """Upload; returns the exit status."""
    try:
        blob = page_blob_from_url(Secret(link))
        with open_fixed_vhd(Path(path)) as disk:
            patience = Patience(give_up_after=20.0, at_first=20.0, first=0.02, longest=0.2)
            upload(disk, blob, Task(msg("Upload")), journal=Path(journal), patience=patience)
    except BaseException:
        traceback.print_exc()
        return FAILED
    return WHOLE


def main() -> None:
    """Serve until standard input ends."""
    page_blob_from_url(
        Secret("http://127.0.0.1:1/account/container/blob.vhd?sig=x")
    )  # so that all is imported
    for line in sys.stdin:
        wishes = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(send(**wishes))
        say(child)
        _, status = os.waitpid(child, 0)
        say(os.waitstatus_to_exitcode(status))


def say(number: int) -> None:
    """One line."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
