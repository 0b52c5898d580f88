"""The rules about a generalised image: deprovisioned (LIN-20), nothing left of an earlier start (LIN-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import delete, quoted
from wizard.checks.linux.marks import Mark, commands, places, said
from wizard.groups import Group
from wizard.messages import msg, plural
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, warning
from wizard.where import printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.agent import Agent
    from wizard.inspection.found.cloud_init import CloudInit
    from wizard.inspection.found.identity import Identity
    from wizard.inspection.found.inside import Inside

_DEPROVISION: Final = "waagent -force -deprovision+user"
_CLEAN: Final = "cloud-init clean --logs"
_MACHINE_ID: Final = "/etc/machine-id"
_NAMED_MOST: Final = 5


def is_deprovisioned(inside: Inside) -> Finding:
    """LIN-20: the marks that waagent -deprovision+user takes away are gone.

    What only a machine on Azure gets, and the account made for it, fails. Leases, host keys and a name of its own also
    come from an installation elsewhere, and a provisioning replaces them: alone they warn.
    """
    agent, identity = known(inside.agent, inside, "agent"), known(inside.identity, inside, "identity")
    if isinstance(agent, Finding):
        return agent
    if isinstance(identity, Finding):
        return identity
    grave, light = _provisioned(agent, identity), _own(identity)
    marks = [*grave, *light]
    if not marks:
        return passed(msg("No mark of a provisioning is left"))
    reason = (
        msg("The image is not deprovisioned. Seen: {what}", what=said(marks))
        if grave
        else msg("Marks of the machine that the image was built on are left: {what}", what=said(marks))
    )
    facts: dict[str, Any] = {
        "state": list(agent.state),
        "leases": list(identity.leases),
        "host_keys": list(identity.host_keys),
        "host_name": printable(identity.host_name),
    }
    has_cloud_init = inside.cloud_init is not None and inside.cloud_init.installed
    lines = (*((_CLEAN,) if has_cloud_init else ()), *commands(light))
    judge = failed if grave else warning
    if not agent.installed:
        return judge(
            reason,
            msg(
                "Install the Azure Linux Agent, deprovision with {command}, then shut down at once.",
                command=_DEPROVISION,
            ),
            seen_at=places(marks),
            commands=lines,
            **facts,
        )
    return judge(
        reason,
        msg(
            "As the last thing on the machine, run {command} and shut down at once. It also deletes the account that was "
            "made when the machine was set up.",
            command=_DEPROVISION,
        ),
        seen_at=places(marks),
        commands=(*lines, _DEPROVISION),
        **facts,
    )


def is_cleaned(inside: Inside) -> Finding:
    """LIN-21: no state and no logs of cloud-init, no machine-id of this machine's own."""
    cloud_init, identity = (
        known(inside.cloud_init, inside, "cloud_init"),
        known(inside.identity, inside, "identity"),
    )
    if isinstance(cloud_init, Finding):
        return cloud_init
    if isinstance(identity, Finding):
        return identity
    marks = [*_of_cloud_init(cloud_init), *_of_machine_id(identity)]
    facts: dict[str, Any] = {
        "machine_id": identity.machine_id,
        "state": list(cloud_init.state),
        "logs": list(cloud_init.logs),
    }
    if not marks:
        reason = (
            msg("Neither state nor logs of cloud-init are left, nor a machine-id")
            if cloud_init.installed
            else msg("No machine-id is left")
        )
        return passed(reason, **facts)
    return warning(
        msg("Left of an earlier start: {what}", what=said(marks)),
        msg(
            "Clean up just before you deprovision: with the same machine-id customers’ machines get the same DHCP identity, "
            "and with old state cloud-init may take a new machine for the old one."
        ),
        seen_at=places(marks),
        commands=commands(marks),
        **facts,
    )


def _provisioned(agent: Agent, identity: Identity) -> list[Mark]:
    """What only a provisioning leaves."""
    marks = []
    if agent.state:
        marks.append(
            Mark(
                plural(
                    "{n} file or folder of the agent’s state",
                    "{n} files or folders of the agent’s state",
                    n=len(agent.state),
                ),
                tuple(where(path) for path in agent.state),
            )
        )
    if agent.switched_off:
        marks.append(Mark(msg("a file that switches the agent off"), (where(agent.switched_off),)))
    if identity.users:
        names = tuple(each.text.split()[0] for each in identity.users[:_NAMED_MOST])
        marks.append(
            Mark(
                plural(
                    "the account {names}, made by a provisioning",
                    "the accounts {names}, made by a provisioning",
                    n=len(names),
                    names=names,
                ),
                identity.users,
            )
        )
    return marks


def _own(identity: Identity) -> list[Mark]:
    """What any machine has of its own."""
    marks = []
    if (
        identity.host_name
        and identity.host_name.lower() not in load("linux_network")["neutral_host_names"]["names"]
    ):
        at = (identity.host_name_at,) if identity.host_name_at is not None else ()
        marks.append(Mark(msg("the host name {name}", name=printable(identity.host_name)), at))
    if identity.leases:
        marks.append(
            Mark(
                plural("{n} DHCP lease", "{n} DHCP leases", n=len(identity.leases)),
                tuple(where(path) for path in identity.leases),
                delete(*identity.leases),
            )
        )
    if identity.host_keys:
        marks.append(
            Mark(
                plural("{n} SSH host key", "{n} SSH host keys", n=len(identity.host_keys)),
                tuple(where(path) for path in identity.host_keys),
            )
        )
    return marks


def _of_cloud_init(cloud_init: CloudInit) -> list[Mark]:
    marks = []
    clean = (_CLEAN,) if cloud_init.installed else ()
    if cloud_init.state:
        marks.append(Mark(msg("cloud-init’s state"), tuple(where(path) for path in cloud_init.state), clean))
    if cloud_init.seed:
        marks.append(
            Mark(
                plural(
                    "{n} file that cloud-init was fed with on another machine",
                    "{n} files that cloud-init was fed with on another machine",
                    n=len(cloud_init.seed),
                ),
                tuple(where(path) for path in cloud_init.seed),
                delete(*cloud_init.seed),
            )
        )
    if cloud_init.logs:
        marks.append(
            Mark(
                msg("cloud-init’s logs"),
                tuple(where(path) for path in cloud_init.logs),
                clean or delete(*cloud_init.logs),
            )
        )
    return marks


def _of_machine_id(identity: Identity) -> list[Mark]:
    marks = []
    if identity.machine_id in ("set", "other"):
        marks.append(Mark(msg("a machine-id"), (where(_MACHINE_ID),), (f": > {_MACHINE_ID}",)))
    if identity.dbus_machine_id:
        path = identity.dbus_machine_id
        # D-Bus and systemd keep one number; where systemd's file is, D-Bus takes it from there again.
        cure = (f"ln -sf {_MACHINE_ID} {quoted(path)}",) if identity.machine_id != "absent" else delete(path)
        marks.append(Mark(msg("D-Bus’s copy of a machine-id"), (where(path),), cure))
    return marks


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-20",
        msg("The image is deprovisioned"),
        is_deprovisioned,
        group=Group.CLEAN_UP,
        applies=is_linux,
    ),
    Check(
        "LIN-21",
        msg("Nothing is left of an earlier start: cloud-init’s state and logs, the machine-id"),
        is_cleaned,
        group=Group.CLEAN_UP,
        applies=is_linux,
    ),
)
