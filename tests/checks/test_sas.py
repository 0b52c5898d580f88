"""SAS-01 to SAS-10, SAS-13 to SAS-15 and SAS-17: what the link itself tells, with the exact boundaries."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.sas_links import (
    ADDRESS,
    DAY,
    GOOD,
    NOW,
    PRACTICE,
    PRACTICE_ADDRESS,
    SECOND,
    SIGNATURE,
    account,
    judged,
    link,
    probed,
    uploaded,
    written,
)
from wizard.checks.sas import CHECKS
from wizard.messages import LANGUAGES, render
from wizard.results import StorageAccount
from wizard.sas.judging import judge_sas
from wizard.sas.uri import read_sas
from wizard.services.endpoints import AZURE_CHINA
from wizard.step import Finding, Outcome

PASSED, WARNING, FAILED, SKIPPED = Outcome.PASSED, Outcome.WARNING, Outcome.FAILED, Outcome.SKIPPED


def said(finding: Finding) -> str:
    """All that a person reads of a finding."""
    return " ".join([str(finding.reason), str(finding.cure or ""), json.dumps(dict(finding.facts))])


def test_the_rules_are_all_there_in_order() -> None:
    assert [check.rule for check in CHECKS] == [f"SAS-{number:02}" for number in range(1, 18)]


def test_a_good_link_keeps_every_rule() -> None:
    outcomes = {
        rule: judged(rule, link(), probe=probed(), account_facts=account(), vhd_blob=uploaded()).outcome
        for rule in (check.rule for check in CHECKS)
    }

    assert set(outcomes.values()) == {PASSED}


@pytest.mark.parametrize(
    ("text", "outcome", "word"),
    [
        (link(), PASSED, "contosoimages"),
        (link(PRACTICE_ADDRESS), PASSED, "practice cloud is on this computer"),
        (link().replace("&", "&amp;"), WARNING, "&amp;"),
        (f" {link()[:50]}\n{link()[50:]}", WARNING, "Line breaks"),
        (link() + "&snapshot=x", WARNING, "snapshot"),
        ("", FAILED, "no link"),
        ("镜像不存在", FAILED, "no link"),
        (link().partition("?")[2], FAILED, "token alone"),
        ("AccountName=a;AccountKey=abcd", FAILED, "connection string"),
        (f"{link()} {link(ADDRESS.replace('gateway', 'data'))}", FAILED, "several"),
        (ADDRESS, FAILED, "question mark and the SAS token are missing"),
        (link().replace("?", "&"), FAILED, "no question mark"),
        (link().replace("https:", "http:"), FAILED, "http:// instead of https://"),
        (link(ADDRESS.replace("core.chinacloudapi.cn", "core.windows.net")), FAILED, "global Azure"),
        (
            link(ADDRESS.replace("blob.core.chinacloudapi.cn", "dfs.core.chinacloudapi.cn")),
            FAILED,
            "no address for blobs",
        ),
        (link("https://cdn.contoso.cn/vhds/gateway.vhd"), FAILED, "no address for blobs"),
        (link("https://md-abc.z1.blob.storage.azure.cn/x/abcd"), FAILED, "managed disks"),
        (link(ADDRESS.replace("contosoimages", "a")), FAILED, "no address for blobs"),
        (link("https://contosoimages.blob.core.chinacloudapi.cn/vhds"), FAILED, "names no VHD"),
        (link("https://contosoimages.blob.core.chinacloudapi.cn/"), FAILED, "names no VHD"),
        (link("https://contosoimages.blob.core.chinacloudapi.cn/gateway.vhd"), FAILED, "names no container"),
        (link(ADDRESS.replace("gateway", "gate way")), FAILED, "white space"),
        (link(ADDRESS.replace("gateway", "gate%20way")), FAILED, "white space"),
        (link(ADDRESS.replace("gateway", "gate%25way")), FAILED, "refuses"),
        (link(ADDRESS.replace("gateway", "gate%27way")), FAILED, "refuses"),
        (link(ADDRESS.replace("gateway", "%E7%BD%91%E5%85%B3")), FAILED, "refuses"),
        (link(ADDRESS.replace("gateway", "2026/gateway_2.4-x")), PASSED, "2026/gateway_2.4-x.vhd"),
        (link(ADDRESS.replace(".vhd", ".VHD")), WARNING, ".VHD"),
        (link(ADDRESS.replace(".vhd", ".vhdx")), FAILED, "does not end in .vhd"),
        (link(ADDRESS.replace(".vhd", ".vhd.zip")), FAILED, "does not end in .vhd"),
        (link() + "&sp=rwl", FAILED, "two different things"),
    ],
)
def test_where_it_leads(text: str, outcome: Outcome, word: str) -> None:
    finding = judged("SAS-01", text)

    assert finding.outcome is outcome
    assert word in said(finding)


def test_a_link_to_this_computer_is_no_link_for_azure() -> None:
    assert "this computer" in said(judged("SAS-01", link(PRACTICE_ADDRESS), endpoints=AZURE_CHINA))
    assert judged("SAS-01", link(), endpoints=PRACTICE).outcome is FAILED


@pytest.mark.parametrize(
    ("sp", "outcome", "word"),
    [
        ("rl", PASSED, "sp=rl"),
        ("lr", FAILED, "sp=lr"),
        ("r", FAILED, "List (l)"),
        ("l", FAILED, "Read (r)"),
        ("rwl", FAILED, "Write (w)"),
        ("rwdl", FAILED, "Delete (d)"),
        ("racwdl", FAILED, "Create (c)"),
        ("w", FAILED, "It does not allow: Read (r), List (l)"),
        ("rll", FAILED, "sp=rll"),
        ("RL", FAILED, "does not allow"),
        (None, FAILED, "missing"),
        ("", FAILED, "missing"),
    ],
)
def test_permissions(sp: str | None, outcome: Outcome, word: str) -> None:
    finding = judged("SAS-02", link(sp=sp))

    assert finding.outcome is outcome
    assert word in said(finding)


@pytest.mark.parametrize(
    ("sr", "outcome", "word"),
    [
        ("c", PASSED, "sr=c"),
        ("b", FAILED, "single blob"),
        ("bs", FAILED, "snapshot"),
        ("q", FAILED, "something else"),
        (None, FAILED, "sr"),
    ],
)
def test_scope(sr: str | None, outcome: Outcome, word: str) -> None:
    finding = judged("SAS-03", link(sr=sr))

    assert finding.outcome is outcome
    assert word in said(finding)


MIDNIGHT = NOW.replace(hour=0, minute=0)


@pytest.mark.parametrize(
    ("start", "outcome", "word"),
    [
        (written(NOW - DAY), PASSED, "2026-11-20 09:30 UTC"),
        (written(MIDNIGHT - SECOND), PASSED, "2026-11-20 23:59:59 UTC"),
        (written(MIDNIGHT), WARNING, "starts today"),
        (written(NOW), WARNING, "starts today"),
        (written(NOW + SECOND), FAILED, "not valid yet"),
        (written(NOW + 3 * DAY), FAILED, "not valid yet"),
        ("2026-11-20", FAILED, "date alone"),
        ("2026-11-20T09:30Z", WARNING, "unusual"),
        ("2026-11-20T17:30:00+08:00", WARNING, "unusual"),
        ("2026-11-20 09:30", FAILED, "no time"),
        ("2026-13-01T00:00:00Z", FAILED, "no time"),
        (None, FAILED, "missing"),
    ],
)
def test_start(start: str | None, outcome: Outcome, word: str) -> None:
    finding = judged("SAS-04", link(st=start))

    assert finding.outcome is outcome
    assert word in said(finding)


@pytest.mark.parametrize(
    ("end", "created", "outcome", "word"),
    [
        (written(NOW + 21 * DAY), None, PASSED, "21 days"),
        (written(NOW + 21 * DAY - SECOND), None, FAILED, "2026-12-12 09:30 UTC at the earliest"),
        (written(NOW + 60 * DAY), None, PASSED, "60 days"),
        (written(NOW + DAY), NOW - 20 * DAY, PASSED, "21 days"),
        (written(NOW + DAY - SECOND), NOW - 20 * DAY, FAILED, "at the earliest"),
        (written(NOW + SECOND), NOW - 60 * DAY, PASSED, "60 days"),
        (written(NOW), NOW - 60 * DAY, FAILED, "expired"),
        (written(NOW - 40 * DAY), None, FAILED, "expired: it ended on 2026-10-12 09:30 UTC"),
        ("2027-01-20", None, FAILED, "date alone"),
        ("2027-01-20T00:00Z", None, WARNING, "unusual"),
        ("soon", None, FAILED, "no time"),
        (None, None, FAILED, "missing"),
    ],
)
def test_end(end: str | None, created: datetime | None, outcome: Outcome, word: str) -> None:
    finding = judged("SAS-05", link(se=end), created=created)

    assert finding.outcome is outcome
    assert word in said(finding)


@pytest.mark.parametrize("end", [None, written(NOW), written(NOW + 20 * DAY), written(NOW - DAY)])
def test_too_short_a_life_is_cured_by_creating_a_new_link(end: str | None) -> None:
    fix = judged("SAS-05", link(se=end)).fix

    assert fix is not None
    assert (fix.action, fix.answers["days"]) == ("create", 60)


def test_a_link_that_ends_before_it_starts() -> None:
    assert "before it starts" in said(
        judged("SAS-05", link(st=written(NOW + 50 * DAY), se=written(NOW + 40 * DAY)))
    )


@pytest.mark.parametrize(
    ("left", "outcome"),
    [(7 * DAY, PASSED), (7 * DAY - SECOND, WARNING), (SECOND, WARNING), (0 * DAY, SKIPPED)],
)
def test_a_week_is_left(left: timedelta, outcome: Outcome) -> None:
    assert judged("SAS-15", link(se=written(NOW + left))).outcome is outcome


@pytest.mark.parametrize(
    ("changed", "outcome", "word"),
    [
        ({}, PASSED, "2021-12-02"),
        ({"sv": "2012-02-12"}, PASSED, "2012-02-12"),
        ({"sv": "2012-02-11"}, FAILED, "too old"),
        ({"sv": "v2"}, FAILED, "not a date"),
        ({"sv": None}, FAILED, "version is missing"),
        ({"sig": None}, FAILED, "signature is missing"),
        ({"sig": SIGNATURE[:30]}, WARNING, "not complete"),
        ({"spr": None}, WARNING, "without encryption"),
        ({"spr": "https,http"}, WARNING, "without encryption"),
        ({"spr": "ftp"}, FAILED, "spr=ftp"),
        ({"sip": "10.0.0.1-10.0.0.9"}, FAILED, "10.0.0.1"),
    ],
)
def test_signed_for_everyone(changed: dict[str, str | None], outcome: Outcome, word: str) -> None:
    finding = judged("SAS-06", link(**changed))

    assert finding.outcome is outcome
    assert word in said(finding)


@pytest.mark.parametrize(("spr", "outcome"), [("https,http", PASSED), (None, PASSED), ("https", FAILED)])
def test_practice_speaks_plain_http(spr: str | None, outcome: Outcome) -> None:
    assert judged("SAS-06", link(PRACTICE_ADDRESS, spr=spr)).outcome is outcome


@pytest.mark.parametrize("name", ["skoid", "sktid", "skt", "ske", "sks", "skv"])
def test_user_delegation(name: str) -> None:
    finding = judged("SAS-07", link(**{name: "2026-11-28T00:00:00Z"}))

    assert finding.outcome is FAILED
    assert "7 days" in said(finding)


@pytest.mark.parametrize(
    ("changed", "outcome", "word"),
    [
        ({}, PASSED, "policy"),
        ({"si": "readers"}, WARNING, "besides"),
        ({"si": "readers", "sp": None, "st": None, "se": None}, WARNING, "leaves"),
    ],
)
def test_stored_access_policy(changed: dict[str, str | None], outcome: Outcome, word: str) -> None:
    finding = judged("SAS-09", link(**changed))

    assert finding.outcome is outcome
    assert word in said(finding)


def test_account_sas() -> None:
    text = link(sr=None, ss="b", srt="sco")

    assert "whole account" in said(judged("SAS-10", text))
    assert [judged(rule, text).outcome for rule in ("SAS-10", "SAS-03")] == [FAILED, FAILED]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"account": StorageAccount("fabrikam")}, "another account: contosoimages instead of fabrikam"),
        ({"container": "images"}, "another container: vhds instead of images"),
        ({"name": "data.vhd"}, "another VHD: gateway.vhd instead of data.vhd"),
    ],
)
def test_for_another_vhd(changed: dict[str, object], word: str) -> None:
    finding = judged("SAS-13", link(), vhd_blob=uploaded(**changed))

    assert finding.outcome is FAILED
    assert word in said(finding)


def test_one_link_for_each_vhd() -> None:
    assert judged("SAS-13", link()).outcome is PASSED
    assert judged("SAS-13", f"{link()} {link(ADDRESS.replace('gateway', 'data'))}").outcome is FAILED


@pytest.mark.parametrize(
    "text",
    [
        link("https://md-ssd-abc.z1.blob.storage.azure.net/x/abcd", sr="b", sk="1"),
        link("https://md-impexp-abc.blob.core.chinacloudapi.cn/x/abcd", sr="b", si="guid"),
        link(sk="1"),
    ],
)
def test_a_disks_export_is_never_published(text: str) -> None:
    assert judged("SAS-17", text).outcome is FAILED


@pytest.mark.parametrize("text", ["", "hello", f"{link()} {link(ADDRESS.replace('gateway', 'data'))}"])
def test_where_there_is_no_link_only_the_first_rule_complains(text: str) -> None:
    findings = {finding.rule: finding.outcome for finding in judge_sas(read_sas(text), NOW)}

    assert findings["SAS-01"] is FAILED
    assert {outcome for rule, outcome in findings.items() if rule not in ("SAS-01", "SAS-13")} == {SKIPPED}


def test_judged_outside_a_journey() -> None:
    for text in (link(), link(PRACTICE_ADDRESS, spr="https,http")):
        findings = judge_sas(read_sas(text), NOW, probed())
        assert {finding.outcome for finding in findings} <= {PASSED, SKIPPED}
        assert [finding.rule for finding in findings if finding.outcome is SKIPPED] == ["SAS-16"]


VALUES = st.sampled_from(
    ["", "rl", "c", "2026-11-20", "https", SIGNATURE, SIGNATURE[:20], "x&sig=" + SIGNATURE, "md-"]
)


@given(
    st.dictionaries(st.sampled_from([*GOOD, "si", "sip", "ss", "skoid", "sk", "foo"]), VALUES | st.none()),
    st.booleans(),
)
def test_no_finding_ever_holds_the_signature(changed: dict[str, str | None], broken: bool) -> None:
    text = link(**{**changed, "sig": SIGNATURE})
    sas = read_sas(text.replace("?", "&").replace("&", "&amp;") if broken else text)

    shown = repr(sas)
    for finding in judge_sas(sas, NOW, probed()):
        shown += repr(finding) + json.dumps(dict(finding.facts))
        for field in dataclasses.fields(finding):
            shown += str(getattr(finding, field.name))
        for language in LANGUAGES:
            shown += render(finding.reason, language) + (
                render(finding.cure, language) if finding.cure else ""
            )
    assert SIGNATURE not in shown
    assert SIGNATURE.replace("+", "%2B") not in shown
