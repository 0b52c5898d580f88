"""The rules about which Linux it is: PRE-07, PRE-08."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, passed, skipped, warning
from wizard.where import Where, where

if TYPE_CHECKING:
    from wizard.inspection.found.distribution import Distribution
    from wizard.inspection.found.inside import Inside

_SOON: Final = timedelta(days=183)

_NOT_SAID: Final = msg("No file of the system says which distribution it is")
_NEWER_RELEASE: Final = msg("Build the image on a release that still gets security updates.")


def is_endorsed(inside: Inside) -> Finding:
    """PRE-07: a distribution that Azure endorses; for others, what Microsoft asks of any Linux applies."""
    distribution = known(inside.distribution, inside, "distribution")
    if isinstance(distribution, Finding):
        return distribution
    facts = _facts(distribution)
    if distribution.id in load("distributions")["endorsed"]["ids"]:
        return passed(
            msg("{name} is endorsed on Azure", name=_name(distribution)),
            seen_at=_seen(distribution),
            **facts,
        )
    cure = msg(
        "Azure runs other distributions too, but their makers and Microsoft do not test them together. Build on an "
        "endorsed one where you can; otherwise follow Microsoft’s guide “Prepare Linux for imaging in Azure” and "
        "test the image with care."
    )
    if not distribution.id:
        return warning(_NOT_SAID, cure, **facts)
    return warning(
        msg("{name} is not among the distributions that Azure endorses", name=_name(distribution)),
        cure,
        seen_at=_seen(distribution),
        **facts,
    )


def is_supported(inside: Inside, looked_on: date) -> Finding:
    """PRE-08: a release that still gets security updates. What the table does not know is never blamed."""
    distribution = known(inside.distribution, inside, "distribution")
    if isinstance(distribution, Finding):
        return distribution
    if not distribution.id:
        return skipped(_NOT_SAID)
    life = _life(distribution)
    release = _release(distribution, life) if life is not None else None
    if life is not None and release is not None:
        return _judged(distribution, life, release, looked_on)
    age = _age(distribution, life) if life is not None else 0
    facts, name = _facts(distribution), _name(distribution)
    checked = str(load("distributions")["checked"])
    if age > 0:
        return passed(
            msg("{name} is newer than any release in the table of {checked}", name=name, checked=checked),
            seen_at=_seen(distribution),
            **facts,
        )
    if age < 0:
        return warning(
            msg("{name} is so old that it gets no more security updates", name=name),
            _NEWER_RELEASE,
            seen_at=_seen(distribution),
            **facts,
        )
    return skipped(
        msg(
            "The table of {checked} does not say until when {name} gets security updates",
            name=name,
            checked=checked,
        ),
        **facts,
    )


def _judged(
    distribution: Distribution,
    life: Mapping[str, Any],
    release: Mapping[str, str],
    looked_on: date,
) -> Finding:
    ends = date.fromisoformat(release["ends"])
    facts = {**_facts(distribution), "ends": release["ends"], "looked_on": looked_on.isoformat()}
    seen_at, name = _seen(distribution), _name(distribution)
    if looked_on <= ends:
        if ends - looked_on > _SOON:
            reason = msg("{name} gets security updates until {date}", name=name, date=release["ends"])
        else:
            reason = msg(
                "{name} gets security updates until {date} only; plan the next image on a newer release",
                name=name,
                date=release["ends"],
            )
        return passed(reason, seen_at=seen_at, **facts)
    paid = release.get("paid_until", "")
    if not paid or looked_on > date.fromisoformat(paid):
        last = paid or release["ends"]
        return warning(
            msg("{name} has had no security updates since {date}", name=name, date=last),
            _NEWER_RELEASE,
            seen_at=seen_at,
            **facts,
        )
    return warning(
        msg(
            "Since {date}, {name} gets security updates only with {paid} (until {until})",
            name=name,
            date=release["ends"],
            paid=str(life["paid"]),
            until=paid,
        ),
        msg(
            "Build the image on a newer release; or make sure that your customers’ machines have {paid}, and say so "
            "in the offer.",
            paid=str(life["paid"]),
        ),
        seen_at=seen_at,
        paid_until=paid,
        **facts,
    )


def _life(distribution: Distribution) -> Mapping[str, Any] | None:
    """What the table says of this distribution."""
    for life in load("distributions")["life"]:
        if distribution.id in life["ids"] and life.get("named", "") in distribution.name:
            found: Mapping[str, Any] = life
            return found
    return None


def _release(distribution: Distribution, life: Mapping[str, Any]) -> Mapping[str, str] | None:
    number = {
        "major": str(distribution.numbers[0]) if distribution.numbers else "",
        "version": distribution.version,
        "point": distribution.exact_version,
    }[life["by"]]
    return next((each for each in life["releases"] if each["release"] == number), None)


def _age(distribution: Distribution, life: Mapping[str, Any]) -> int:
    """1 where it is newer than all releases in the table, -1 where it is older, 0 where neither is certain."""
    listed = sorted(
        tuple(int(each) for each in release["release"].split("-")[0].split("."))
        for release in life["releases"]
    )
    mine = distribution.numbers[: len(listed[-1])]
    if not mine:
        return 0
    return 1 if mine > listed[-1] else -1 if mine < listed[0] else 0


def _name(distribution: Distribution) -> str:
    return distribution.name or f"{distribution.id} {distribution.version}".strip()


def _seen(distribution: Distribution) -> tuple[Where, ...]:
    return (where(distribution.file, 0, distribution.name),) if distribution.file else ()


def _facts(distribution: Distribution) -> dict[str, Any]:
    return {"id": distribution.id, "version": distribution.exact_version, "name": distribution.name}


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "PRE-07",
        msg("The distribution is one that Azure endorses"),
        is_endorsed,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
    Check(
        "PRE-08",
        msg("The release of the distribution still gets security updates"),
        is_supported,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
)
