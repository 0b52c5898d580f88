"""Leases by the documentation's table of outcomes, with a clock that is moved instead of waited for."""

from __future__ import annotations

import uuid

import pytest

from tests.strict.conftest import Ask, Said, create, put_page
from tests.strict.server import StrictServer

ONE, TWO = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


def lease(to: Ask, action: str, **headers: str) -> Said:
    more = {f"x-ms-{name.replace('_', '-')}": value for name, value in headers.items()}
    return to("PUT", "comp=lease", {"x-ms-lease-action": action} | more)


def acquire(to: Ask, proposed: str = ONE, seconds: int = 15) -> Said:
    return lease(to, "acquire", lease_duration=str(seconds), proposed_lease_id=proposed)


def state(to: Ask) -> str:
    return to("HEAD").headers["x-ms-lease-state"]


def test_a_lease_keeps_others_from_writing(disk: Ask) -> None:
    assert acquire(disk).headers["x-ms-lease-id"] == ONE
    head = disk("HEAD").headers
    said = [head[f"x-ms-lease-{name}"] for name in ("state", "status", "duration")]
    assert said == ["leased", "locked", "fixed"]
    assert put_page(disk, 0, bytes(512)).code == "LeaseIdMissing"
    assert put_page(disk, 0, bytes(512), x_ms_lease_id=TWO).code == "LeaseIdMismatchWithBlobOperation"
    assert put_page(disk, 0, bytes(512), x_ms_lease_id=ONE).status == 201
    assert create(disk).code == disk("DELETE").code == "LeaseIdMissing"
    assert disk("PUT", "comp=metadata", {"x-ms-meta-a": "b"}).code == "LeaseIdMissing"
    assert disk("GET").status == 200
    assert create(disk, x_ms_lease_id=ONE).status == 201
    assert state(disk) == "leased", "it belongs to the name"


def test_renewed_it_goes_on_and_else_it_ends(disk: Ask, strict: StrictServer) -> None:
    acquire(disk)
    strict.clock.move(10)
    assert lease(disk, "renew", lease_id=ONE).status == 200
    strict.clock.move(10)
    assert state(disk) == "leased"
    strict.clock.move(10)
    assert state(disk) == "expired"
    assert put_page(disk, 0, bytes(512), x_ms_lease_id=ONE).code == "LeaseLost"
    assert lease(disk, "renew", lease_id=ONE).status == 200, "nobody wrote in the meantime"
    strict.clock.move(20)
    assert put_page(disk, 0, bytes(512)).status == 201
    assert lease(disk, "renew", lease_id=ONE).code == "LeaseNotPresentWithLeaseOperation"
    assert put_page(disk, 0, bytes(512), x_ms_lease_id=ONE).code == "LeaseNotPresentWithBlobOperation"


def test_another_acquires_only_what_is_free(disk: Ask, strict: StrictServer) -> None:
    acquire(disk)
    assert acquire(disk, TWO).code == "LeaseAlreadyPresent"
    assert acquire(disk, ONE).status == 201
    strict.clock.move(20)
    assert acquire(disk, TWO).status == 201
    assert lease(disk, "renew", lease_id=ONE).code == "LeaseIdMismatchWithLeaseOperation"
    assert put_page(disk, 0, bytes(512), x_ms_lease_id=ONE).code == "LeaseIdMismatchWithBlobOperation"


def test_released_and_changed(disk: Ask) -> None:
    acquire(disk)
    assert lease(disk, "release", lease_id=TWO).code == "LeaseIdMismatchWithLeaseOperation"
    assert lease(disk, "change", lease_id=ONE, proposed_lease_id=TWO).headers["x-ms-lease-id"] == TWO
    assert lease(disk, "change", lease_id=ONE, proposed_lease_id=TWO).status == 200, "asked twice"
    assert lease(disk, "release", lease_id=TWO).status == 200
    assert state(disk) == "available"
    assert lease(disk, "release", lease_id=TWO).code == "LeaseNotPresentWithLeaseOperation"


def test_broken(disk: Ask, strict: StrictServer) -> None:
    assert lease(disk, "break").code == "LeaseNotPresentWithLeaseOperation"
    acquire(disk, seconds=60)
    assert lease(disk, "break", lease_break_period="20").headers["x-ms-lease-time"] == "20"
    assert state(disk) == "breaking"
    assert put_page(disk, 0, bytes(512)).code == "LeaseIdMissing"
    assert acquire(disk, ONE).code == "LeaseIsBreakingAndCannotBeAcquired"
    assert acquire(disk, TWO).code == "LeaseAlreadyPresent"
    assert lease(disk, "renew", lease_id=ONE).code == "LeaseIsBrokenAndCannotBeRenewed"
    strict.clock.move(20)
    assert state(disk) == "broken"
    assert put_page(disk, 0, bytes(512), x_ms_lease_id=ONE).code == "LeaseLost"
    assert acquire(disk, TWO).status == 201


def test_an_infinite_lease_is_broken_at_once(disk: Ask, strict: StrictServer) -> None:
    acquire(disk, seconds=-1)
    strict.clock.move(10_000)
    assert disk("HEAD").headers["x-ms-lease-duration"] == "infinite"
    assert lease(disk, "break").headers["x-ms-lease-time"] == "0"
    assert state(disk) == "broken"


@pytest.mark.parametrize(
    ("action", "headers", "code"),
    [
        ("acquire", {"lease_duration": "14"}, "InvalidHeaderValue"),
        ("acquire", {"lease_duration": "61"}, "InvalidHeaderValue"),
        ("acquire", {"lease_duration": "0"}, "InvalidHeaderValue"),
        ("acquire", {"lease_duration": "15"}, ""),
        ("acquire", {"lease_duration": "60"}, ""),
        ("acquire", {"lease_duration": "-1"}, ""),
        ("acquire", {}, "MissingRequiredHeader"),
        ("acquire", {"lease_duration": "15", "proposed_lease_id": "mine"}, "InvalidHeaderValue"),
        ("renew", {}, "MissingRequiredHeader"),
        ("seize", {}, "InvalidHeaderValue"),
        ("break", {"lease_break_period": "61"}, "InvalidHeaderValue"),
    ],
)
def test_what_a_lease_takes(disk: Ask, action: str, headers: dict[str, str], code: str) -> None:
    assert lease(disk, action, **headers).code == code
