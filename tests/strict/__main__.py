"""The strict server as a process of its own.

    python -m tests.strict [--port N] [--tls] [--seed N --rate 0.1] [--clock-off SECONDS]

Prints one line of JSON with its address, key and links, serves until its standard input ends, then prints what came.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.certificates import make_certificate
from tests.strict.faults import Faults, Kind
from tests.strict.server import ACCOUNT, BLOB, StrictServer


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.strict")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.0, help="share of the requests that fail")
    parser.add_argument("--kinds", nargs="*", choices=[each.name for each in Kind], help="ways to fail")
    parser.add_argument("--clock-off", type=float, default=0.0, help="seconds")
    arguments = parser.parse_args()
    kinds = [Kind[name] for name in arguments.kinds] if arguments.kinds else tuple(Kind)
    faults = Faults(arguments.seed, arguments.rate, kinds) if arguments.rate else None
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder)).whole if arguments.tls else None
        server = StrictServer(
            port=arguments.port, certificate=certificate, faults=faults, clock_off=arguments.clock_off
        )
        with server:
            _say(
                {
                    "url": server.url,
                    "account": ACCOUNT,
                    "key": server.key(),
                    "link": server.link(BLOB),
                    "container_sas": server.sas(permissions="racwdl"),
                    "certificate": str(certificate or ""),
                }
            )
            sys.stdin.read()
            blob = server.blob()
            _say(
                {
                    "requests": len(server.requests),
                    "received_bytes": server.received_bytes,
                    "most_connections": server.most_connections,
                    "ranges": server.ranges() if blob else [],
                    "rewritten_bytes": blob.rewritten if blob else 0,
                    "faults": len(faults.met) if faults else 0,
                }
            )


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
