"""Guide 3.1: what the official Certification Test Tool for Azure said. The wizard's own checks are never a certification."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from wizard.messages import msg, plural
from wizard.step import Finding, Item, Outcome, failed, passed, skipped, warning

if TYPE_CHECKING:
    from wizard.results import Certification, VhdBlob

# What the person ticks off while the tool runs (see wizard.steps.certification).
VM_CREATED: Final = "vm_created"
TOOL_ON_WINDOWS: Final = "tool_on_windows"
ADMINISTRATOR: Final = "administrator"
TESTS_RUN: Final = "tests_run"
QUESTIONNAIRES: Final = "questionnaires"
REPORT_GENERATED: Final = "report_generated"


_EARLIER_IMAGE: Final = skipped(
    msg("The VHD has changed since: this was recorded for an earlier image"),
    msg("Run the tool against a VM of the VHD as it is now, record its verdicts and store its files."),
)


def of_this_image(finding: Finding, certification: Certification | None, vhd_blob: VhdBlob | None) -> Finding:
    """The finding, unless what was recorded is about an image that has been replaced in the cloud since."""
    if certification is None or vhd_blob is None or certification.image in ("", vhd_blob.etag):
        return finding
    return _EARLIER_IMAGE


def tested_running_vm(ticked: Collection[str]) -> Finding:
    """CRT-01: the tool ran on Windows, against a running VM made from this image."""
    if {VM_CREATED, TOOL_ON_WINDOWS, TESTS_RUN} <= set(ticked):
        return passed(msg("The tool tested a running VM made from this image, as confirmed"))
    return skipped(
        msg("Not confirmed yet"),
        msg(
            "Create a VM from this image, run the tool on Windows against it, then tick this off in the list."
        ),
    )


def all_tests_passed(
    verdicts: Mapping[str, str], tests: Sequence[Item], optional: Collection[str]
) -> Finding:
    """CRT-02: one failed test means the image is not certified; `optional` tests are not in every version of the tool."""
    named = {test.id: test.label for test in tests}
    by_outcome = {
        outcome: tuple(label for test_id, label in named.items() if verdicts.get(test_id) == outcome)
        for outcome in (Outcome.FAILED, Outcome.WARNING, Outcome.PASSED)
    }
    failures, warnings = by_outcome[Outcome.FAILED], by_outcome[Outcome.WARNING]
    open_tests = [test_id for test_id in named if test_id not in optional and test_id not in verdicts]
    facts: dict[str, Any] = {"failed": len(failures), "warnings": len(warnings), "open": len(open_tests)}
    if failures:
        return failed(
            plural(
                "Not certified: {n} test failed ({tests})",
                "Not certified: {n} tests failed ({tests})",
                n=len(failures),
                tests=failures,
            ),
            msg("Correct the image, upload it again, and run the tool against a VM of the new one."),
            **facts,
        )
    if open_tests:
        return skipped(
            plural("{n} test has no verdict yet", "{n} tests have no verdict yet", n=len(open_tests)),
            msg("Read the verdict of each test off the tool's result table and record it here."),
            **facts,
        )
    if warnings:
        return warning(
            plural(
                "No test failed, {n} gave a warning ({tests})",
                "No test failed, {n} gave warnings ({tests})",
                n=len(warnings),
                tests=warnings,
            ),
            msg(
                "A warning does not stop the certification. Correct it if you can, or be ready to explain it."
            ),
            **facts,
        )
    return passed(msg("Every test of the tool passed, as recorded"), **facts)


def questionnaires_answered(ticked: Collection[str]) -> Finding:
    """CRT-03: both questionnaire tabs and the last screen were filled in, and the report was generated after that."""
    if {QUESTIONNAIRES, REPORT_GENERATED} <= set(ticked):
        return passed(msg("The questionnaires were answered and the report was generated, as confirmed"))
    return skipped(
        msg("Not confirmed yet"),
        msg(
            "After the tests, answer both tabs (General Assessment and Kernel Customization) and the last screen, "
            "then choose Generate Report."
        ),
    )


def report_beside_vhd(certification: Certification | None, vhd_blob: VhdBlob | None) -> Finding:
    """CRT-04: the tool's report lies in the same container as the VHD."""
    if certification is None or not certification.files:
        return skipped(
            msg("The tool's files have not been stored yet"),
            msg("Choose the files that the tool wrote and store them in the container of the VHD."),
        )
    names = tuple(file.name for file in certification.files)
    if vhd_blob is not None and certification.container != vhd_blob.container:
        return failed(
            msg(
                "The tool's files lie in the container {files_container}, the VHD in {vhd_container}",
                files_container=certification.container,
                vhd_container=vhd_blob.container,
            ),
            msg("Store the files again: they belong in the same container as the VHD."),
            files=list(names),
        )
    return passed(
        plural(
            "{n} file of the tool is stored in the container {container}",
            "{n} files of the tool are stored in the container {container}",
            n=len(names),
            container=certification.container,
        ),
        files=list(names),
    )


def had_administrator_rights(ticked: Collection[str]) -> Finding:
    """CRT-09: the user the tool signed in with was an administrator, or root through sudo."""
    if ADMINISTRATOR in ticked:
        return passed(msg("The tool signed in with a user who may do everything, as confirmed"))
    return skipped(
        msg("Not confirmed yet"),
        msg(
            "Give the tool a user with administrator rights (Linux: sudo). "
            "“VM access denied” in its report means that it had too few."
        ),
    )
