"""What the practice cloud does not simulate, in short, for the person to read (at length: docs/practice-cloud.md)."""

from __future__ import annotations

from typing import Final

from wizard.messages import Message, msg

LIMITS: Final[tuple[Message, ...]] = (
    msg("Nothing leaves this computer: no sign-in, no costs, no virtual machines, no publishing portal."),
    msg("The sample images hold no operating system. Practice proves the way, not that an image starts."),
    msg(
        "Addresses look different: http://127.0.0.1 with a port and the account's name in the path, and no "
        "encryption. The publishing portal would not take such an address."
    ),
    msg(
        "Account keys are made anew at each start of practice, so a SAS URI signed before then no longer works."
    ),
    msg(
        "The account's settings (public access, account keys switched off, firewall, oldest TLS version, SAS "
        "policy) can be read, and some changed, but the local blob service does not enforce them. The wizard's "
        "own checks do look at them."
    ),
    msg("Storage accounts cannot be made or deleted, and a single key cannot be made anew."),
    msg("A private blob asked for without a SAS is refused with status 403; Azure answers 404 or 409."),
    msg("A SAS limited to some IP addresses works from every address."),
    msg("Copies inside the cloud are done at once: there is no waiting for them, and none can be stopped."),
)
