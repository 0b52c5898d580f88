"""The rules about Sysprep: generalised (WIN-06), no answer file left (WIN-17), how often it may run (WIN-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import Difference, at_file, at_setting, differing, windows_path, with_age
from wizard.figures import exactly
from wizard.groups import Group
from wizard.messages import Message, msg, plural
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import printable

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_settings import WindowsSettings

_READY: Final = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
_SETUP_AT_NEXT_START: Final = 2
_DONE: Final = 7
_SYSPREP: Final = r"C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /shutdown"

_STATES: Final[dict[str, Message]] = {
    "IMAGE_STATE_COMPLETE": msg(
        "Windows is set up and in use: it was not generalised, or was started again afterwards"
    ),
    "IMAGE_STATE_UNDEPLOYABLE": msg("Sysprep or Windows Setup began and did not come to its end"),
    "IMAGE_STATE_GENERALIZE_RESEAL_TO_AUDIT": msg(
        "Windows was generalised for audit mode: a new virtual machine would not come up for its customer"
    ),
    "IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE": msg(
        "Sysprep ran without /generalize, or Windows was started again after it was generalised"
    ),
    "IMAGE_STATE_SPECIALIZE_RESEAL_TO_AUDIT": msg("Sysprep ran without /generalize, for audit mode"),
}
_GENERALISE: Final = msg(
    "As the last thing on the machine, run as administrator: {command} and do not start it again before the disk is "
    "copied.",
    command=_SYSPREP,
)


def is_generalised(inside: Inside) -> Finding:
    """WIN-06: by ImageState; setup has to be due at the next start (SetupType 2), Sysprep's own state is 7 when done.

    SetupType and GeneralizationState are no documented figures: they only warn.
    """
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    state = settings.get("image_state")
    if not state.text:
        return skipped(msg("The registry does not say in which state Windows Setup is"))
    tag = inside.files.sysprep_succeeded if inside.files is not None else None
    facts: dict[str, Any] = {
        "image_state": state.text,
        "setup_type": settings.number("setup_type"),
        "generalization_state": settings.number("generalization_state"),
        "sysprep_succeeded": tag,
    }
    if state.text != _READY:
        reason = _STATES.get(state.text) or msg(
            "Windows is not generalised; it says {state}", state=printable(state.text)
        )
        return with_age(
            failed(reason, _GENERALISE, seen_at=(at_setting(state),), **facts), bool(settings.older)
        )
    doubts = _doubts(settings, tag)
    if doubts:
        return with_age(
            warning(
                msg(
                    "Windows says that it is generalised, but other signs differ: {what}",
                    what=tuple(each.what for each in doubts),
                ),
                msg(
                    "Look into C:\\Windows\\System32\\Sysprep\\Panther\\setuperr.log for what went wrong. Then generalise "
                    "again, and try the image on a test machine."
                ),
                seen_at=(at_setting(state), *(each.place for each in doubts if each.place is not None)),
                **facts,
            ),
            bool(settings.older),
        )
    return with_age(
        passed(
            msg("Windows is generalised and sets itself up at its next start"),
            seen_at=(at_setting(state),),
            **facts,
        ),
        bool(settings.older),
    )


def _doubts(settings: WindowsSettings, tag: bool | None) -> list[Difference]:
    found = []
    kind, sysprep = settings.get("setup_type"), settings.get("generalization_state")
    if kind.number is not None and kind.number != _SETUP_AT_NEXT_START:
        found.append(Difference(msg("no setup is due at the next start"), at_setting(kind)))
    if sysprep.number is not None and sysprep.number != _DONE:
        found.append(Difference(msg("Sysprep’s own state is not that of work done"), at_setting(sysprep)))
    if tag is False:
        found.append(
            Difference(
                msg("the file by which Sysprep tells of success is not there"),
                at_file("/Windows/System32/Sysprep/Sysprep_succeeded.tag"),
            )
        )
    return found


def no_answer_file(inside: Inside) -> Finding:
    """WIN-17: Azure puts an answer file of its own in place; another one comes first. Nothing in them is read."""
    files = known(inside.files, inside, "files")
    if isinstance(files, Finding):
        return files
    if files.answer_files:
        return failed(
            plural(
                "{n} answer file of Windows Setup is left: {paths}",
                "{n} answer files of Windows Setup are left: {paths}",
                n=len(files.answer_files),
                paths=tuple(windows_path(each) for each in files.answer_files),
            ),
            msg(
                "Delete them: Azure sets a machine up with its own answer file, and passwords may stand in yours. Delete "
                "C:\\Windows\\Panther as a whole before you generalise again."
            ),
            seen_at=tuple(at_file(each) for each in files.answer_files),
            commands=(
                *(
                    f"Remove-Item -LiteralPath '{windows_path(each)}' -Force -ErrorAction SilentlyContinue"
                    for each in files.answer_files
                ),
                _NO_PANTHER,
            ),
            answer_files=list(files.answer_files),
        )
    if files.panther is not None:
        return differing(
            [
                Difference(
                    plural(
                        "C:\\Windows\\Panther holds {n} file of earlier setups",
                        "C:\\Windows\\Panther holds {n} files of earlier setups",
                        n=files.panther.files,
                    ),
                    at_file("/Windows/Panther"),
                    (_NO_PANTHER,),
                )
            ],
            msg("Delete the folder C:\\Windows\\Panther before you generalise again."),
            panther_files=files.panther.files,
        )
    return passed(msg("There is no answer file, and C:\\Windows\\Panther is gone or empty"))


_NO_PANTHER: Final = (
    'Remove-Item -LiteralPath "$env:SystemRoot\\Panther" -Recurse -Force -ErrorAction SilentlyContinue'
)


def may_be_generalised(inside: Inside) -> Finding:
    """WIN-21: the runs that Sysprep's log tells of; there may have been more, for the log can be deleted.

    The limits are by build, in resources/rules/windows_sysprep.json.
    """
    files, release = known(inside.files, inside, "files"), known(inside.release, inside, "release")
    if isinstance(files, Finding):
        return files
    if isinstance(release, Finding):
        return release
    most = _limit(release.build)
    if most is None:
        return skipped(msg("For this version of Windows no limit is known"))
    if files.sysprep_runs is None:
        return skipped(
            msg(
                "Sysprep’s log is not there, and nothing else counts its runs. The limit is {most}",
                most=exactly(most),
            )
        )
    runs = files.sysprep_runs
    facts: dict[str, Any] = {"runs": runs, "most": most}
    seen = plural(
        "Sysprep’s log tells of {n} run; the limit is {most}",
        "Sysprep’s log tells of {n} runs; the limit is {most}",
        n=runs,
        most=exactly(most),
    )
    log = (at_file("/Windows/System32/Sysprep/Panther/setupact.log"),)
    if runs >= most:
        return warning(
            seen,
            msg(
                "Begin the next image from a new base: this Windows cannot be relied on to be generalised again."
            ),
            seen_at=log,
            **facts,
        )
    return passed(seen, seen_at=log, **facts)


def _limit(build: int) -> int | None:
    for each in load("windows_sysprep")["limits"]["list"]:
        last = each["last_build"]
        if build >= int(each["first_build"]) and (last is None or build <= int(last)):
            return int(each["most"])
    return None


CHECKS: Final[tuple[Check, ...]] = (
    Check("WIN-06", msg("Windows is generalised"), is_generalised, group=Group.CLEAN_UP, applies=is_windows),
    Check(
        "WIN-17",
        msg("No answer file of Windows Setup is left"),
        no_answer_file,
        group=Group.CLEAN_UP,
        applies=is_windows,
    ),
    Check(
        "WIN-21",
        msg("Windows can be generalised once more"),
        may_be_generalised,
        group=Group.CLEAN_UP,
        applies=is_windows,
    ),
)
