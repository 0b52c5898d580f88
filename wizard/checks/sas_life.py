"""SAS-04, SAS-05 and SAS-15: when the link starts and how long it lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.sas_address import not_a_link
from wizard.messages import msg, plural
from wizard.step import Finding, Fix, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.sas.limits import SasLimits
    from wizard.sas.uri import SasTime, SasUri

_DAY: Final = timedelta(days=1)


def has_started(sas: SasUri, now: datetime, limits: SasLimits) -> Finding:
    """SAS-04: a full date and time, the day before today (UTC) or earlier."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    starts = sas.starts
    cure = msg("Create a new link that starts one day back in UTC.")
    if starts is None:
        return failed(msg("The start is missing (st)"), cure, st=None)
    at = _moment("st", starts)
    if isinstance(at, Finding):
        return at
    facts: dict[str, Any] = {"st": starts.text, "now": now.isoformat(timespec="seconds")}
    if at > now:
        return failed(
            msg("The link is not valid yet: it starts on {time}", time=shown(at)),
            msg("Create a new link that starts one day back in UTC, or wait until then."),
            **facts,
        )
    if at.date() > (now - limits.start_back).date():
        return warning(
            msg(
                "The link starts today in UTC ({time}): a clock that is a little behind refuses it",
                time=shown(at),
            ),
            msg("Better create a new link that starts one day back in UTC."),
            **facts,
        )
    return _oddly_written("st", starts) or passed(msg("Works since {time}", time=shown(at)), **facts)


def lasts_three_weeks(sas: SasUri, now: datetime, created: datetime | None, limits: SasLimits) -> Finding:
    """SAS-05: ends 21 days after its creation at the earliest; where that is not known, after now."""
    reason = not_a_link(sas)
    if reason is not None:
        return reason
    expires, fix = sas.expires, new_link(limits)
    cure = msg(
        "Create a new link for {days} days: time enough for testing, publishing and handing in once more.",
        days=limits.default_days,
    )
    if expires is None:
        return failed(msg("The end is missing (se)"), cure, fix=fix, se=None)
    at = _moment("se", expires)
    if isinstance(at, Finding):
        return at
    counted_from = created or now
    lasts = at - counted_from
    facts: dict[str, Any] = {
        "se": expires.text,
        "counted_from": counted_from.isoformat(timespec="seconds"),
        "days": round(lasts / _DAY, 2),
        "least_days": limits.least_days,
    }
    if at <= now:
        return failed(msg("The link has expired: it ended on {time}", time=shown(at)), cure, fix=fix, **facts)
    if sas.starts is not None and sas.starts.at is not None and sas.starts.at >= at:
        return failed(msg("The link ends before it starts"), cure, fix=fix, **facts)
    if lasts < limits.least:
        least = shown(counted_from + limits.least)
        return failed(
            msg(
                "The link ends on {time}. It must last three weeks, until {least} at the earliest.",
                time=shown(at),
                least=least,
            ),
            cure,
            fix=fix,
            **facts,
        )
    days = int(lasts / _DAY)
    return _oddly_written("se", expires) or passed(
        plural("Lasts {n} day, until {time}", "Lasts {n} days, until {time}", n=days, time=shown(at)),
        **facts,
    )


def has_a_week_left(sas: SasUri, now: datetime, limits: SasLimits) -> Finding:
    """SAS-15: a reminder in time, while the link can still be replaced in the portal."""
    expires = sas.expires
    if expires is None or expires.at is None or expires.at <= now:
        return skipped(msg("The link has no end in the future (see SAS-05)"))
    left = expires.at - now
    days = int(left / _DAY)
    facts: dict[str, Any] = {"days_left": round(left / _DAY, 2), "se": expires.text}
    if left < timedelta(days=limits.reminder_days):
        return warning(
            plural(
                "The link ends within {n} day: on {time}",
                "The link ends within {n} days: on {time}",
                n=days + 1,
                time=shown(expires.at),
            ),
            msg(
                "If the offer is not published by then, create a new link and enter it in the publishing portal."
            ),
            fix=new_link(limits),
            **facts,
        )
    return passed(plural("{n} day left", "{n} days left", n=days), **facts)


def new_link(limits: SasLimits) -> Fix:
    """Creates a link with the default life, in the step that these checks belong to."""
    return Fix(
        msg("Create a link for {days} days", days=limits.default_days),
        answers={"source": "create", "days": limits.default_days},
        action="create",
    )


def shown(at: datetime) -> str:
    """A moment in UTC; seconds only where there are any."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at.second else f"{at:%Y-%m-%d %H:%M} UTC"


def _moment(name: str, time: SasTime) -> datetime | Finding:
    """The moment that is meant, or what is wrong with how it is written."""
    cure = msg("Create a new link with full times, such as 2026-11-20T00:00:00Z.")
    facts: dict[str, Any] = {name: time.text}
    if time.form == "date":
        return failed(
            msg(
                "A date alone is not enough ({name}={text}): publishing wants date and time",
                name=name,
                text=time.text,
            ),
            cure,
            **facts,
        )
    if time.at is None:
        return failed(
            msg("This is no time that storage understands ({name}={text})", name=name, text=time.text),
            cure,
            **facts,
        )
    return time.at


def _oddly_written(name: str, time: SasTime) -> Finding | None:
    facts: dict[str, Any] = {name: time.text}
    if time.form != "other":
        return None
    return warning(
        msg("The time is written in an unusual way ({name}={text})", name=name, text=time.text),
        msg("Better create a new link with times such as 2026-11-20T00:00:00Z."),
        **facts,
    )
