"""The rules about the SSH server: dead connections are ended (LIN-14), root cannot log in (LIN-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known, not_read
from wizard.checks.linux.accounts import seen, take_password
from wizard.checks.linux.commands import delete, quoted
from wizard.groups import Group
from wizard.messages import Message, msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import Where, printable, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.ssh import Setting, Ssh

_MOST: Final = 10
_INTERVAL: Final = "ClientAliveInterval"
_ROOT_LOGIN: Final = "PermitRootLogin"
_NO_SERVER: Final = msg("There is no SSH server on the disk")


def dead_connections_end(inside: Inside) -> Finding:
    """LIN-14: ClientAliveInterval. Fails where LISA does (not set, 0, above 235); warns for all but 180, as the self-test does."""
    ssh = known(inside.ssh, inside, "ssh")
    if isinstance(ssh, Finding):
        return ssh
    if not ssh.installed:
        return skipped(_NO_SERVER)
    figures = load("ssh")["client_alive_interval"]
    advised, least, most = (
        int(figures[name]) for name in ("advised_seconds", "usual_least_seconds", "most_seconds")
    )
    setting = ssh.effective(_INTERVAL)
    cure = msg("Set ClientAliveInterval to {advised}.", advised=advised)
    commands = set_option(ssh, _INTERVAL, str(advised))
    if setting is None:
        if not ssh.complete:
            return skipped(_TOO_MUCH)
        return failed(
            msg("ClientAliveInterval is not set, so a dead connection is never noticed"),
            cure,
            seen_at=(where(ssh.file),) if ssh.file else (),
            commands=commands,
        )
    seconds, places = setting.seconds, _places(ssh, setting)
    facts: dict[str, Any] = {} if seconds is None else {"seconds": seconds}
    if seconds is None:
        reason = msg("ClientAliveInterval is not a time: {value}", value=printable(setting.value))
        return failed(reason, cure, seen_at=places, commands=commands)
    if seconds == 0:
        reason = msg("ClientAliveInterval is 0, so a dead connection is never noticed")
        return failed(reason, cure, seen_at=places, commands=commands, **facts)
    if seconds > most:
        return failed(
            msg("ClientAliveInterval is {seconds}; at most {most} is accepted", seconds=seconds, most=most),
            cure,
            seen_at=places,
            commands=commands,
            **facts,
        )
    if seconds == advised:
        return passed(msg("ClientAliveInterval is {seconds}", seconds=seconds), seen_at=places, **facts)
    if seconds < least:
        reason = msg(
            "ClientAliveInterval is {seconds}; {least} to {most} are usual, and {advised} is asked for",
            seconds=seconds,
            least=least,
            most=most,
            advised=advised,
        )
    else:
        reason = msg(
            "ClientAliveInterval is {seconds}. That is accepted, but the self-test warns of every figure but {advised}",
            seconds=seconds,
            advised=advised,
        )
    return warning(reason, cure, seen_at=places, commands=commands, **facts)


def root_cannot_log_in(inside: Inside) -> Finding:
    """LIN-17: root is locked, PermitRootLogin lets no password in, and root has no key."""
    accounts = known(inside.accounts, inside, "accounts")
    if isinstance(accounts, Finding):
        return accounts
    ssh = known(inside.ssh, inside, "ssh")
    if isinstance(ssh, Finding):
        return ssh
    root = accounts.user("root") or next((each for each in accounts.users if each.uid == 0), None)
    if root is None:
        return skipped(msg("There is no account with user id 0 in /etc/passwd"))
    bad: list[Message] = []
    doubts: list[Message] = []
    places: list[Where] = []
    commands: list[str] = []
    if not root.is_locked:
        bad.append(
            msg("root has an empty password") if root.password == "empty" else msg("root has a password")
        )
        places += seen([root])
        commands += take_password(root)
    if ssh.installed:
        _judge_option(inside, ssh, bad, doubts, places, commands)
    keys = [
        each
        for each in (inside.leftovers.authorized_keys if inside.leftovers is not None else ())
        if each.user == root.name and each.size and not each.harmless
    ]
    if keys:
        bad.append(msg("root has a key to log in with"))
        places += [where(each.path) for each in keys]
        commands += delete(*(each.path for each in keys))
    if bad or doubts:
        judge = failed if bad else warning
        return judge(
            msg("Seen: {what}", what=(*bad, *doubts)),
            msg(
                "Lock root’s password, set PermitRootLogin to no or prohibit-password, and delete root’s key. Whoever works "
                "as root over SSH needs another account first."
            ),
            seen_at=tuple(places[:_MOST]),
            commands=tuple(commands),
        )
    if inside.leftovers is None:
        return not_read(inside, "leftovers")
    if not ssh.installed:
        return passed(msg("root has no password, and there is no SSH server"), seen_at=tuple(places))
    setting = ssh.effective(_ROOT_LOGIN)
    value = setting.value if setting is not None else load("ssh")["permit_root_login"]["default"]
    return passed(
        msg("root has no password and no key, and PermitRootLogin is {value}", value=printable(value)),
        seen_at=tuple(places[:_MOST]),
    )


def _judge_option(
    inside: Inside,
    ssh: Ssh,
    bad: list[Message],
    doubts: list[Message],
    places: list[Where],
    commands: list[str],
) -> None:
    """What PermitRootLogin says, or stands for where nothing says it."""
    figures = load("ssh")["permit_root_login"]
    harmless = figures["harmless"]
    setting = ssh.effective(_ROOT_LOGIN)
    if setting is not None:
        places += _places(ssh, setting)
        if setting.value.lower() not in harmless:
            bad.append(msg("PermitRootLogin is {value}", value=printable(setting.value)))
            commands += set_option(ssh, _ROOT_LOGIN, figures["default"])
    elif (doubt := _default(inside, ssh)) is not None:
        doubts.append(doubt)
        commands += set_option(ssh, _ROOT_LOGIN, figures["default"])
    for each in ssh.sometimes(_ROOT_LOGIN):
        if each.value.lower() not in harmless:
            places.append(where(each.file, each.line, f"{each.keyword} {each.value}"))
            doubts.append(msg("PermitRootLogin is {value} for some connections", value=printable(each.value)))


def _default(inside: Inside, ssh: Ssh) -> Message | None:
    """What is to be said where PermitRootLogin is not set; None where the default lets no password in."""
    figures = load("ssh")["permit_root_login"]
    if not ssh.complete:
        return _TOO_MUCH
    distribution = inside.distribution
    if distribution is not None and distribution.family == "suse":
        release = distribution.version.partition(".")[0]
        if release.isdecimal() and int(release) <= figures["suse_default_yes_up_to"]:
            return msg("PermitRootLogin is not set, and stands for yes in this release of SUSE")
    recent = (
        inside.packages.at_least(figures["default_since"], "openssh-server", "openssh")
        if inside.packages is not None
        else None
    )
    if recent is None:
        return msg("PermitRootLogin is not set, and the version of OpenSSH is not known")
    if not recent:
        return msg("PermitRootLogin is not set, and stands for yes before OpenSSH 7.0")
    return None


_TOO_MUCH: Final = msg("The SSH server’s configuration is larger than the wizard reads")


def set_option(ssh: Ssh, keyword: str, value: str) -> tuple[str, ...]:
    """Lines that set it where sshd heeds it, since the first value counts; nothing where that takes a person."""
    if ssh.sometimes(keyword) or any(each.match for each in ssh.settings if each.keyword == keyword):
        return ()  # a Match says it: what should stand there is nobody's guess
    line = f"{keyword} {value}"
    setting = ssh.effective(keyword)
    if setting is not None:
        if not setting.file.startswith("/etc/ssh/") or not setting.file.isprintable():
            return ()
        change = f"s/^[[:space:]]*{keyword}[[:space:]=].*$/{line}/I"
        return (f"sed -i -E '{change}' {quoted(setting.file)}",)
    if ssh.drop_in.startswith("/etc/ssh/") and ssh.drop_in.isprintable():
        file = f"{ssh.drop_in}/00-{keyword.lower()}.conf"
        return (f"mkdir -p {quoted(ssh.drop_in)}", f"echo '{line}' > {quoted(file)}")
    if ssh.file.startswith("/etc/ssh/"):
        # At the top, before any Match and any other word on it.
        return (f"grep -q -x '{line}' {ssh.file} || sed -i '1i {line}' {ssh.file}",)
    return ()


def _places(ssh: Ssh, setting: Setting) -> tuple[Where, ...]:
    """The line that counts, then those that come too late."""
    lines = (setting, *ssh.without_effect(setting.keyword))
    return tuple(where(each.file, each.line, f"{each.keyword} {each.value}") for each in lines[:_MOST])


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-14",
        msg("The SSH server ends dead connections"),
        dead_connections_end,
        group=Group.SECURITY,
        applies=is_linux,
    ),
    Check("LIN-17", msg("root cannot log in"), root_cannot_log_in, group=Group.SECURITY, applies=is_linux),
)
