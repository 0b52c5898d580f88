"""Every tenth request goes wrong in some way, and the blob still ends as the disk, byte for byte."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from tests.cloud import MIB, send_vhd, write_vhd
from tests.strict.faults import Faults, Kind, Once
from tests.strict.server import StrictServer
from wizard.disk.as_vhd import open_fixed_vhd
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.tasks import Task
from wizard.transfer.compare import compare
from wizard.transfer.sending.line import Patience

PATIENT = Patience(give_up_after=60.0, at_first=60.0, first=0.01, longest=0.1)
PIECE = 64 * 1024


@pytest.fixture
def seed() -> int:
    """A new one each time, printed where the test fails; IMAGE_WIZARD_SEED sets it."""
    found = int(os.environ.get("IMAGE_WIZARD_SEED", "0")) or random.randrange(1, 1_000_000)
    sys.stdout.write(f"seed {found}\n")
    return found


@pytest.fixture
def vhd(tmp_path: Path, seed: int) -> Path:
    """150 pieces of data."""
    chance = random.Random(seed)
    return write_vhd(
        tmp_path / "disk.vhd",
        64 * MIB,
        {place * 2 * PIECE: chance.randbytes(PIECE) for place in chance.sample(range(500), 150)},
    )


def test_every_tenth_request_fails_and_the_upload_completes(
    strict: StrictServer, vhd: Path, seed: int, tmp_path: Path
) -> None:
    strict.faults = Faults(seed, 0.1, seconds=0.1, wait=0)
    blob = page_blob_from_url(Secret(strict.link("disk.vhd")))

    done = send_vhd(vhd, blob, patience=PATIENT, journal=tmp_path / "journal")

    assert len(strict.faults.met) >= 8
    with open_fixed_vhd(vhd) as disk:
        assert strict.content("disk.vhd") == disk.read_at(0, disk.length)
        assert done.range_count == 151
        assert compare(disk, blob, Task(msg("A test")), patience=PATIENT).is_equal


@pytest.mark.parametrize("kind", [Kind.LOST_ANSWER, Kind.CUT_ANSWER], ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    ("method", "comp"),
    [("PUT", ""), ("PUT", "lease"), ("PUT", "page"), ("PUT", "metadata"), ("GET", "pagelist"), ("HEAD", "")],
)
def test_an_answer_that_is_lost_does_no_harm(
    strict: StrictServer, vhd: Path, tmp_path: Path, kind: Kind, method: str, comp: str
) -> None:
    strict.faults = Once(kind, method, comp)
    blob = page_blob_from_url(Secret(strict.link("disk.vhd")))
    done = send_vhd(vhd, blob, patience=PATIENT, journal=tmp_path / "journal")
    assert strict.faults.met
    assert not done.notices
    with open_fixed_vhd(vhd) as disk:
        assert strict.content("disk.vhd") == disk.read_at(0, disk.length)
