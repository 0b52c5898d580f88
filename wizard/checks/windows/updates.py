"""The rules about updates: the one against WannaCry (WIN-07), and that no restart is due (WIN-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import Difference, at_file, at_setting, differing, with_age
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_files import DriverVersion

_RESTART: Final = ("servicing_restart", "update_restart")


def smb_is_patched(inside: Inside) -> Finding:
    """WIN-07: srv.sys or srv2.sys is at least as new as the table asks for its build; builds above the table need nothing.

    FAQ speaks of either file: both too old fails, one of them warns.
    """
    drivers = known(inside.drivers, inside, "drivers")
    if isinstance(drivers, Finding):
        return drivers
    least: Mapping[str, str] = load("windows_drivers")["least"]["by_build"]
    newest = max(int(build) for build in least)
    build = inside.release.build if inside.release is not None else 0
    if build > newest:
        return passed(msg("This version of Windows came out with the update in it"), build=build)
    known_versions = [each for each in drivers.drivers if len(_parts(each.version)) == 4]
    if not known_versions:
        return skipped(
            msg(
                "The versions of srv.sys and srv2.sys could not be read: the files are not there, or compressed"
            )
        )
    judged = [(each, least.get(str(_parts(each.version)[2]))) for each in known_versions]
    facts: dict[str, Any] = {"versions": {each.path: each.version for each in known_versions}}
    places = tuple(at_file(each.path, 0, each.version) for each in known_versions)
    if all(_parts(each.version)[2] > newest for each in known_versions):
        return passed(msg("This version of Windows came out with the update in it"), seen_at=places, **facts)
    if any(wanted is None for _, wanted in judged):
        return skipped(msg("For this version of Windows no least version of srv.sys is known"), None, **facts)
    old = [(each, wanted) for each, wanted in judged if wanted and _parts(each.version) < _parts(wanted)]
    if not old:
        return passed(
            msg(
                "The SMB server’s drivers have the update against WannaCry: {versions}",
                versions=_said(judged),
            ),
            seen_at=places,
            **facts,
        )
    reason = msg(
        "The SMB server’s drivers are older than the update against WannaCry ({wanted}): {versions}",
        wanted=str(old[0][1]),
        versions=_said(old),
    )
    cure = msg("Install all updates with Windows Update, restart, then generalise again.")
    if len(old) == len(judged):
        return failed(reason, cure, seen_at=places, **facts)
    return warning(reason, cure, seen_at=places, **facts)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isascii() and part.isdigit())


def _said(judged: Sequence[tuple[DriverVersion, str | None]]) -> tuple[str, ...]:
    return tuple(f"{each.path.rpartition('/')[2]} {each.version}" for each, _ in judged)


def no_restart_is_due(inside: Inside) -> Finding:
    """WIN-08, as far as a disk tells: whether all updates are there shows on the running machine only.

    A restart that Windows Update or the servicing asks for fails. Files to be renamed at the next start warn: some
    programs leave such requests behind at any time.
    """
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    due = [setting for which in _RESTART if (setting := settings.get(which)).present]
    renames = settings.get("renames")
    older = bool(settings.older)
    cure = msg(
        "Start Windows, let all updates finish, restart until nothing is due, then generalise the image again."
    )
    if due:
        return with_age(
            failed(
                msg("Updates wait for a restart"),
                cure,
                seen_at=tuple(at_setting(each) for each in due),
                due=[each.id for each in due],
            ),
            older,
        )
    if renames.texts:
        return with_age(
            differing(
                [
                    Difference(
                        msg("files are to be renamed or deleted at the next start"), at_setting(renames)
                    )
                ],
                cure,
                renames=len(renames.texts),
            ),
            older,
        )
    return with_age(
        passed(msg("No restart is due. Whether all updates are installed shows on the running machine only")),
        older,
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "WIN-07",
        msg("Windows has the update against WannaCry"),
        smb_is_patched,
        group=Group.SECURITY,
        applies=is_windows,
    ),
    Check(
        "WIN-08",
        msg("No restart is due for updates"),
        no_restart_is_due,
        group=Group.SYSTEM,
        applies=is_windows,
    ),
)
