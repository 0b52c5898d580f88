"""The time zone by /etc/localtime and what stands beside it."""

from __future__ import annotations

import pytest

from tests.inspection.memory_tree import Held, Link, files
from wizard.inspection.linux.time_zone import read_time_zone

ZONE = "/usr/share/zoneinfo"


def tzif(rule: str) -> bytes:
    return b"TZif2".ljust(44, b"\0") + b"TZif2".ljust(44, b"\0") + f"\n{rule}\n".encode()


@pytest.mark.parametrize(
    ("content", "name", "utc"),
    [
        ({"/etc/localtime": Link(f"{ZONE}/Etc/UTC")}, "Etc/UTC", True),
        ({"/etc/localtime": Link("../usr/share/zoneinfo/UTC")}, "UTC", True),
        (
            {"/etc/localtime": Link(f"{ZONE}/Asia/Shanghai"), "/etc/timezone": "Etc/UTC\n"},
            "Asia/Shanghai",
            False,
        ),
        ({"/etc/localtime": Link(f"{ZONE}/posix/Asia/Shanghai")}, "Asia/Shanghai", False),
        ({"/etc/localtime": tzif("UTC0")}, "", True),
        ({"/etc/localtime": tzif("CST-8"), "/etc/timezone": "Asia/Shanghai\n"}, "Asia/Shanghai", False),
        ({"/etc/localtime": tzif("CST-8"), "/etc/timezone": "Etc/UTC\n"}, "Etc/UTC", False),
        ({"/etc/localtime": b"?", "/etc/sysconfig/clock": 'ZONE="Asia/Shanghai"\n'}, "Asia/Shanghai", False),
        ({"/etc/localtime": b"?", "/etc/sysconfig/clock": 'TIMEZONE="UTC"\n'}, "UTC", True),
        ({"/etc/localtime": b"?"}, "", None),
        ({"/etc/localtime": Link("/nowhere")}, "", None),
        ({"/etc/timezone": "Etc/UTC\n"}, "Etc/UTC", True),
        ({}, "UTC", True),
    ],
)
def test_the_time_zone(
    content: dict[str, bytes | str | Held | Link | None], name: str, utc: bool | None
) -> None:
    zone = read_time_zone(files(content))
    assert (zone.name, zone.utc) == (name, utc)
