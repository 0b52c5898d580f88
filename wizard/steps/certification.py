"""Step 5 (guide 3.1): the official Certification Test Tool for Azure, run by the person; its files are kept beside the VHD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wizard.checks import certification as checks
from wizard.checks.certification_tests import items_of, optional_of
from wizard.errors import WizardError
from wizard.figures import in_units
from wizard.links import checked_on, links
from wizard.messages import Message, msg, plural
from wizard.results import Certification, VhdBlob
from wizard.rules_data import load
from wizard.step import Action, Check, File, Finding, Item, Step, Ticks, Verdicts
from wizard.view import Facts, Note, View

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud
    from wizard.tasks import Task

PATTERNS: Final = ("*.xml", "*.html", "*.pdf", "*.zip", "*.log", "*.txt", "*.json")

PREPARATION: Final = (
    Item(
        checks.VM_CREATED,
        msg("A VM made from this image is running"),
        msg("Make a managed image or a gallery image version from the uploaded VHD, and a VM from that."),
        "CRT-01",
    ),
    Item(
        checks.TOOL_ON_WINDOWS,
        msg("The tool is installed on a Windows computer that reaches the VM"),
        msg("A Linux VM is reached on port 22, a Windows VM on port 5986 (WinRM over HTTPS)."),
        "CRT-01",
    ),
    Item(
        checks.ADMINISTRATOR,
        msg("The tool signs in with an administrator, or with a user who may use sudo"),
        None,
        "CRT-09",
    ),
    Item(
        checks.TESTS_RUN,
        msg("Test Connection succeeded and the tests have run"),
        msg("Start New Test, name it, choose Linux or Windows Server, Test Connection, Next."),
        "CRT-01",
    ),
    Item(
        checks.QUESTIONNAIRES,
        msg("Both questionnaire tabs and the last screen are filled in"),
        msg("The tabs are General Assessment and Kernel Customization."),
        "CRT-03",
    ),
    Item(
        checks.REPORT_GENERATED,
        msg("The report was generated and saved, with the log files"),
        msg("Choose Generate Report on the last screen."),
        "CRT-03",
    ),
)


def tests_of(build_path: str | None) -> Sequence[Mapping[str, Any]]:
    """The tool's tests for the operating system of this journey."""
    system = "windows" if "windows" in (build_path or "") else "linux"
    tests: Sequence[Mapping[str, Any]] = load("certification_tests")[system]
    return tests


def verdict_items(build_path: str | None) -> tuple[Item, ...]:
    """The tests as lines of the list of verdicts."""
    return items_of(tests_of(build_path))


def store_files(
    cloud: Cloud, vhd_blob: VhdBlob, result_files: Sequence[str], task: Task
) -> Mapping[str, Any]:
    """Put the tool's files into the VHD's container, below certification/{vhd name}/, and see that they are there."""
    prefix = f"certification/{vhd_blob.name}/"
    stored = [
        cloud.store_file(vhd_blob.account, vhd_blob.container, prefix + name, path, task)
        for name, path in named_apart(result_files)
    ]
    there = set(cloud.blob_names(vhd_blob.account, vhd_blob.container, prefix))
    lost = tuple(file.name for file in stored if file.name not in there)
    if lost:
        raise WizardError(
            msg("These files were sent but are not in the container: {names}", names=lost),
            msg("Store the files again."),
        )
    return {"certification": Certification(vhd_blob.container, tuple(stored), vhd_blob.etag)}


def no_files_chosen(result_files: Sequence[str] | None) -> Message | None:
    """Why nothing can be stored yet."""
    return None if result_files else msg("Choose the tool’s files first")


def named_apart(paths: Sequence[str]) -> list[tuple[str, Path]]:
    """Each file with a name of its own in the container: files of one name from two folders are numbered apart."""
    taken: set[str] = set()
    named = []
    for path in map(Path, paths):
        name, number = path.name, 1
        while name.lower() in taken:
            number += 1
            name = f"{path.stem}-{number}{path.suffix}"
        taken.add(name.lower())
        named.append((name, path))
    return named


def still_missing(
    preparation: Mapping[str, Any] | None,
    verdicts: Mapping[str, str] | None,
    build_path: str | None,
    certification: Certification | None,
) -> Message | None:
    """What the person has still to do: the list, the verdicts, the files; in this order."""
    open_items = [item for item in PREPARATION if item.id not in (preparation or {})]
    if open_items:
        return plural(
            "{n} item is still to be ticked off", "{n} items are still to be ticked off", n=len(open_items)
        )
    tests = tests_of(build_path)
    optional = optional_of(tests)
    without = [test for test in tests if test["id"] not in optional and test["id"] not in (verdicts or {})]
    if without:
        return plural("{n} test has no verdict yet", "{n} tests have no verdict yet", n=len(without))
    return msg("The tool’s files have not been stored yet") if certification is None else None


def views(language: str, certification: Certification | None) -> Sequence[View]:
    """CRT-08 in plain words, where the tool is, and what was stored."""
    tool = [(msg("Download"), links("certification_tool")[0])]
    tool += [(msg("If that does not open"), address) for address in links("certification_tool")[1:]]
    tool += [
        (msg("How it is used"), links("certification_guide", language)[0]),
        (msg("When a test fails"), links("certification_faq", language)[0]),
        (msg("Addresses checked on"), checked_on()),
    ]
    shown: list[View] = [
        Note(
            msg(
                "What this wizard checks is a pre-check. The official result is the report of the Certification Test "
                "Tool and the test that 21Vianet makes."
            )
        ),
        Facts(
            msg("The Certification Test Tool for Azure"),
            tuple((name, msg("{text}", text=text)) for name, text in tool),
        ),
    ]
    if certification is not None:
        shown.append(
            Facts(
                msg("Files in the container {container}", container=certification.container),
                tuple(
                    (msg("{text}", text=file.name), msg("{text}", text=in_units(file.length)))
                    for file in certification.files
                ),
            )
        )
    return shown


Preparation = Mapping[str, Any] | None


def _crt_01(
    preparation: Preparation, certification: Certification | None, vhd_blob: VhdBlob | None
) -> Finding:
    found = checks.tested_running_vm((preparation or {}).keys())
    return checks.of_this_image(found, certification, vhd_blob)


def _crt_02(
    verdicts: Mapping[str, str] | None,
    build_path: str | None,
    certification: Certification | None,
    vhd_blob: VhdBlob | None,
) -> Finding:
    tests = tests_of(build_path)
    found = checks.all_tests_passed(verdicts or {}, items_of(tests), optional_of(tests))
    return checks.of_this_image(found, certification, vhd_blob)


def _crt_03(
    preparation: Preparation, certification: Certification | None, vhd_blob: VhdBlob | None
) -> Finding:
    found = checks.questionnaires_answered((preparation or {}).keys())
    return checks.of_this_image(found, certification, vhd_blob)


def _crt_04(certification: Certification | None, vhd_blob: VhdBlob | None) -> Finding:
    return checks.of_this_image(checks.report_beside_vhd(certification, vhd_blob), certification, vhd_blob)


def _crt_09(preparation: Preparation) -> Finding:
    return checks.had_administrator_rights((preparation or {}).keys())


STEP: Final = Step(
    id="certification",
    title=msg("Certification"),
    guide="3.1",
    purpose=msg(
        "Run the official Certification Test Tool against a VM of this image, and keep its report beside the VHD."
    ),
    needs=("vhd_blob", "build_path"),
    inputs=(
        Ticks("preparation", msg("Running the tool"), items=PREPARATION),
        Verdicts(
            "verdicts",
            msg("What the tool said"),
            help=msg(
                "Read each verdict off the tool’s result table. One failed test means the image is not certified."
            ),
            items=verdict_items,
        ),
        File(
            "result_files",
            msg("The tool’s files"),
            help=msg("The report and the logs. If the container is public, these files are public too."),
            patterns=PATTERNS,
            many=True,
            required=False,  # it is the last thing to come, and `still_missing` asks for it in its turn
        ),
    ),
    actions=(
        Action(
            "store_files",
            msg("Store the files beside the VHD"),
            store_files,
            gives=("certification",),
            primary=True,
            held_back=no_files_chosen,
        ),
    ),
    checks=(
        Check("CRT-01", msg("The tool tested a running VM of this image"), _crt_01),
        Check("CRT-09", msg("The tool had the rights it needs"), _crt_09),
        Check("CRT-02", msg("No test failed"), _crt_02),
        Check("CRT-03", msg("The questionnaires are answered and the report is generated"), _crt_03),
        Check("CRT-04", msg("The report lies beside the VHD"), _crt_04),
    ),
    checks_title=msg("Official certification, as recorded here"),
    blocking=False,
    auto_check=True,
    views=views,
    missing=still_missing,
    summary=lambda: msg("Certified by the official tool, as recorded"),
)
