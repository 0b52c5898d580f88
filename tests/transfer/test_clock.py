"""A clock that is wrong is said; an upload goes on with it as long as the server takes its link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cloud import MIB, send_vhd, write_vhd
from tests.strict.server import StrictServer
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.transfer.clock import clock_notice


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (None, "None"),
        (0.0, "None"),
        (300.0, "None"),
        (-300.0, "None"),
        (301.0, "5 minutes ahead"),
        (-301.0, "5 minutes behind"),
        (3569.0, "59 minutes ahead"),
        (3570.0, "1 hour ahead"),
        (84599.0, "23 hours ahead"),
        (86399.5, "1 day ahead"),
        (-2.4 * 86400, "2 days behind"),
    ],
)
def test_how_wrong_it_is(ahead: float | None, said: str) -> None:
    assert said in str(clock_notice(ahead))


@pytest.mark.parametrize(
    ("off", "said"),
    [(0, ""), (86400, "1 day behind"), (-86400, "1 day ahead"), (1200, "20 minutes behind")],
)
def test_a_clock_that_is_wrong_is_said(
    make_strict: Callable[..., StrictServer], tmp_path: Path, off: float, said: str
) -> None:
    server = make_strict(clock_off=off)
    link = server.link("disk.vhd", starts=timedelta(days=-3), ends=timedelta(days=3))
    vhd = write_vhd(tmp_path / "disk.vhd", 4 * MIB, {MIB: b"data"})
    done = send_vhd(vhd, page_blob_from_url(Secret(link)))
    assert [said in str(notice) for notice in done.notices] == [True] * bool(said)
