"""The same is found in a file of any format and in a blob, of which only a small part is fetched."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cloud import *  # noqa: F403
from tests.cloud import MIB, send_vhd
from tests.disk.images import needs_qemu, run
from tests.images.disks import gen2_linux, needs_ext4
from tests.images.linux_systems import debian
from tests.strict.fixtures import *  # noqa: F403
from tests.strict.server import StrictServer
from wizard.disk.opening import open_image
from wizard.errors import WizardError
from wizard.inspection.found.inside import Inside
from wizard.inspection.inspect import look_inside
from wizard.messages import msg
from wizard.redaction import Secret
from wizard.services.connect import page_blob_from_url
from wizard.step_parts.blob_disk import look_into_blob
from wizard.tasks import Task
from wizard.transfer.page_blob import PageBlob

pytestmark = needs_ext4


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian with 64 MiB of something in a file."""
    content = debian() | {"/opt/product.db": random.Random(1).randbytes(64 * MIB)}
    return gen2_linux(tmp_path_factory.mktemp("image"), content, size=160 * MIB)


@pytest.fixture(scope="module")
def inside(image: Path) -> Inside:
    return look(image)


@pytest.fixture(params=["azurite", "strict"])
def blob(request: pytest.FixtureRequest) -> PageBlob:
    if request.param == "azurite":
        cloud, account = request.getfixturevalue("cloud"), request.getfixturevalue("account")
        made: PageBlob = cloud.page_blob(account, request.getfixturevalue("container"), "system.vhd")
        return made
    link = request.getfixturevalue("strict").link("system.vhd", starts=timedelta(days=-1))
    return page_blob_from_url(Secret(link))


def look(path: Path) -> Inside:
    with open_image(path) as disk:
        return look_inside(disk, Task(msg("A test")))


def test_a_system_is_read_from_a_file(inside: Inside) -> None:
    assert (inside.system, inside.unread) == ("linux", ())
    assert inside.distribution is not None
    assert inside.distribution.id == "debian"
    assert inside.read_bytes < 8 * MIB


@needs_qemu
@pytest.mark.parametrize(
    ("name", "made"), [("system.vhdx", ("vhdx",)), ("dynamic.vhd", ("vpc",)), ("system.raw", ("raw",))]
)
def test_every_format_says_the_same(
    image: Path, inside: Inside, tmp_path: Path, name: str, made: tuple[str, ...]
) -> None:
    options = ["-o", "subformat=dynamic,force_size=on"] if made == ("vpc",) else []
    run("qemu-img", "convert", "-f", "vpc", "-O", *made, *options, image, tmp_path / name)
    assert replace(look(tmp_path / name), read_bytes=0) == replace(inside, read_bytes=0)


def test_a_blob_says_the_same_and_little_of_it_is_fetched(
    image: Path, inside: Inside, blob: PageBlob
) -> None:
    sent = send_vhd(image, blob)
    found = look_into_blob(blob, Task(msg("A test")))
    assert found is not None
    _, reading, seen, fetched = found
    assert replace(seen, read_bytes=0) == replace(inside, read_bytes=0)
    assert reading.size == image.stat().st_size - 512
    assert fetched < sent.data_bytes / 10


def test_a_blob_that_is_written_to_meanwhile_is_told(
    image: Path, strict: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = page_blob_from_url(Secret(strict.link("system.vhd")))
    send_vhd(image, blob)
    task = Task(msg("A test"))
    before = blob.read

    def read(start: int, length: int) -> bytes:
        blob.set_metadata({"written": str(start)}, etag=strict.held("system.vhd").etag)
        return before(start, length)

    monkeypatch.setattr(blob, "read", read)
    with pytest.raises(WizardError, match="changed while it was read"):
        look_into_blob(blob, task)
