"""The rule about the Azure Linux Agent's configuration: it keeps itself up to date (LIN-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import set_key
from wizard.groups import Group
from wizard.messages import Message, msg
from wizard.step import Check, Finding, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.inspection.found.agent import Agent
    from wizard.inspection.found.inside import Inside

NO_AGENT: Final = msg("The Azure Linux Agent is not installed")

_OLD: Final = "AutoUpdate.Enabled"
_NEW: Final = "AutoUpdate.UpdateToLatestVersion"


def updates_itself(inside: Inside) -> Finding:
    """LIN-03: AutoUpdate.Enabled is not n. Agents that know the newer key heed that one first; LISA reads the older one."""
    agent = known(inside.agent, inside, "agent")
    if isinstance(agent, Finding):
        return agent
    if not agent.installed:
        return skipped(NO_AGENT)
    if not agent.config:
        return warning(
            msg("The Azure Linux Agent has no configuration file, and does not start without one"),
            msg("Install the agent’s package again, so that /etc/waagent.conf is there."),
        )
    off = tuple(key for key in (_NEW, _OLD) if agent.setting(key) is not None and not agent.switch(key))
    facts: dict[str, Any] = {"auto_update": agent.auto_update}
    if not off:
        setting = agent.updating
        if setting is None:
            return passed(
                msg("{file} leaves automatic updates on, as they are by default", file=agent.config), **facts
            )
        return passed(msg("Automatic updates are on"), seen_at=(agent.place(setting.key),), **facts)
    return warning(
        _reason(agent, off),
        msg("Let the agent keep itself up to date, so that customers get fixes of the agent too."),
        seen_at=tuple(agent.place(key) for key in off),
        commands=tuple(line for key in off for line in set_key(agent.config, key, "y")),
        **facts,
    )


def _reason(agent: Agent, off: tuple[str, ...]) -> Message:
    if agent.auto_update:
        return msg(
            "Newer agents update themselves here, but {key} is n: older agents and Microsoft’s test heed only that",
            key=_OLD,
        )
    return msg("The agent does not update itself: {key} is n", key=off)


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-03",
        msg("The agent keeps itself up to date"),
        updates_itself,
        group=Group.AGENT,
        applies=is_linux,
    ),
)
