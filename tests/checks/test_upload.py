"""The rules on an uploaded VHD, on names and on accounts, at their borders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wizard.checks import upload as checks
from wizard.results import ContentCompared, StorageAccount, VhdBlob
from wizard.services.records import AccountProperties
from wizard.step import Finding, Outcome
from wizard.transfer.read_back import BlobReading

GIB = 1024**3
BLOB = VhdBlob(
    StorageAccount("contoso"), "vhds", "contoso.vhd", "https://x/vhds/contoso.vhd", 30 * GIB + 512, "e1", 4096, 2, "r", "f", "id"
)  # fmt: skip
READING = BlobReading("PageBlob", 30 * GIB + 512, "e1", True, "available", "", b"conectix", "f", "r", 2, 4096)
ACCOUNT = AccountProperties("contoso", "https://contoso.blob.core.chinacloudapi.cn", kind="StorageV2")


def judged(finding: Finding) -> str:
    if finding.outcome in (Outcome.FAILED, Outcome.WARNING):
        assert finding.cure is not None
    return finding.outcome.value


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("PageBlob", "passed"), ("BlockBlob", "failed"), ("AppendBlob", "failed"), ("", "failed")],
)
def test_vhd_13(kind: str, outcome: str) -> None:
    assert judged(checks.is_page_blob(replace(READING, kind=kind))) == outcome


@pytest.mark.parametrize(
    ("length", "outcome"),
    [
        (30 * GIB + 512, "passed"),
        (30 * GIB, "failed"),
        (30 * GIB + 511, "failed"),
        (30 * GIB + 1024, "failed"),
    ],
)
def test_vhd_04(length: int, outcome: str) -> None:
    finding = checks.length_fits(replace(READING, length=length), 30 * GIB)
    assert judged(finding) == outcome
    assert finding.facts == {"length": length, "virtual_size": 30 * GIB}


def test_vhd_04_needs_a_footer() -> None:
    assert judged(checks.length_fits(READING, None)) == "skipped"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [({}, "passed"), ({"footer_digest": "other"}, "failed"), ({"footer_digest": ""}, "failed")],
)
def test_the_footer(change: dict[str, str], outcome: str) -> None:
    assert judged(checks.footer_equal(BLOB, replace(READING, **change))) == outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(("digest", "outcome"), [("r", "passed"), ("other", "failed"), ("", "failed")])
def test_the_page_ranges(digest: str, outcome: str) -> None:
    assert judged(checks.ranges_equal(BLOB, replace(READING, ranges_digest=digest))) == outcome


@pytest.mark.parametrize(
    ("complete", "etag", "outcome"),
    [(True, "e1", "passed"), (True, "e2", "warning"), (False, "e1", "failed"), (False, "e2", "failed"), (None, "e1", "passed"), (None, "e2", "warning")],
)  # fmt: skip
def test_unchanged(complete: bool | None, etag: str, outcome: str) -> None:
    assert judged(checks.is_unchanged(BLOB, replace(READING, complete=complete, etag=etag))) == outcome


def test_a_blob_that_has_gone_fails_every_rule_but_the_name() -> None:
    for check in checks.CHECKS:
        in_reach = {"vhd_blob": BLOB, "blob_reading": None, "footer_size": None, "content_compared": None}
        names = check.judge.__code__.co_varnames[: check.judge.__code__.co_argcount]
        finding = check.finding(**{name: in_reach[name] for name in names})
        assert judged(finding) == {"VHD-14": "passed", "clock": "skipped"}.get(check.rule, "failed")


@pytest.mark.parametrize(
    ("ahead", "outcome", "said"),
    [
        (None, "skipped", "did not say"),
        (0.0, "passed", "goes with"),
        (300.4, "passed", "goes with"),
        (301.0, "warning", "5 minutes ahead of"),
        (-301.0, "warning", "5 minutes behind"),
        (3600.0, "warning", "1 hour ahead of"),
        (86400.0, "warning", "1 day ahead of"),
        (-2 * 86400.0, "warning", "2 days behind"),
    ],
)
def test_the_clock(ahead: float | None, outcome: str, said: str) -> None:
    finding = checks.clock_right(replace(READING, clock_ahead=ahead))
    assert judged(finding) == outcome
    assert said in str(finding.reason)


@pytest.mark.parametrize(
    ("compared", "outcome"),
    [
        (None, "skipped"),
        (ContentCompared("u", "e1", 4096, None), "passed"),
        (ContentCompared("u", "e1", 4096, 0), "failed"),
        (ContentCompared("u", "e0", 4096, None), "skipped"),
        (ContentCompared("u", "e0", 4096, 0), "skipped"),
    ],
)
def test_the_content(compared: ContentCompared | None, outcome: str) -> None:
    assert judged(checks.content_equal(compared, READING)) == outcome


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vhds", None),
        ("abc", None),
        ("a" * 63, None),
        ("0-9-a", None),
        ("", "3 to 63 characters; this one has 0"),
        ("ab", "3 to 63 characters; this one has 2"),
        ("a" * 64, "3 to 63 characters; this one has 64"),
        ("VHDs", "no capital letters"),
        ("my_vhds", "only the letters a to z"),
        ("my vhds", "only the letters a to z"),
        ("镜像容器", "only the letters a to z"),
        ("$web", "only the letters a to z"),
        ("vhds\n", "only the letters a to z"),
        ("-vhds", "begins and ends"),
        ("vhds-", "begins and ends"),
        ("my--vhds", "two hyphens in a row"),
    ],
)
def test_names_of_containers(name: str, said: str | None) -> None:
    problem = checks.container_name_problem(name)
    assert (problem is None) if said is None else said in str(problem)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("contoso.vhd", None),
        ("Contoso_1.0-gen2.vhd", None),
        ("a" * 1020 + ".vhd", None),
        ("a" * 1021 + ".vhd", "longer than 1024"),
        ("contoso.VHD", "end in .vhd"),
        ("contoso.vhdx", "end in .vhd"),
        ("contoso", "end in .vhd"),
        (".vhd", "end in .vhd"),
        ("", "end in .vhd"),
        ("my image.vhd", "may have letters"),
        ("my%20image.vhd", "may have letters"),
        ("'image'.vhd", "may have letters"),
        ("folder/image.vhd", "may have letters"),
        ("镜像.vhd", "may have letters"),
        ("image.vhd\n", "end in .vhd"),
    ],
)
def test_names_of_blobs(name: str, said: str | None) -> None:
    problem = checks.blob_name_problem(name)
    assert (problem is None) if said is None else said in str(problem)
    assert judged(checks.name_fits(replace(BLOB, name=name))) == ("passed" if said is None else "failed")


@pytest.mark.parametrize(
    ("account", "uploads", "publishes"),
    [
        (ACCOUNT, True, True),
        (replace(ACCOUNT, kind="", allow_shared_key=None, hierarchical_namespace=None), True, True),
        (replace(ACCOUNT, kind="Storage"), True, True),
        (replace(ACCOUNT, allow_shared_key=True, network_default="Allow"), True, True),
        (replace(ACCOUNT, hierarchical_namespace=True), False, False),
        (replace(ACCOUNT, kind="BlobStorage"), False, False),
        (replace(ACCOUNT, kind="BlockBlobStorage"), False, False),
        (replace(ACCOUNT, kind="FileStorage"), False, False),
        (replace(ACCOUNT, allow_shared_key=False), False, False),
        (replace(ACCOUNT, network_default="Deny"), True, False),
    ],
)
def test_which_accounts_are_fit(account: AccountProperties, uploads: bool, publishes: bool) -> None:
    assert (checks.upload_problem(account) is None) is uploads
    assert (checks.account_problem(account) is None) is publishes
