"""A script that cures what was found inside a disk, made for that very image: to be read, then run inside the machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from wizard.messages import CHINESE, ENGLISH, Message, msg, render
from wizard.redaction import redact
from wizard.step import Finding, Outcome

LINUX: Final = "linux"
WINDOWS: Final = "windows"

_TROUBLE: Final = (Outcome.FAILED, Outcome.WARNING)

# What other cures do leaves traces in logs and histories; the state of a provisioning goes before those.
_AT_THE_END: Final = ("LIN-20", "LIN-21", "LIN-50", "LIN-01", "WIN-17")

# These end the machine's life as a template; a person runs them last, after whatever the script did.
_LAST: Final = ("deprovision", "sysprep")

_READ_IT: Final = msg(
    "Read it first. Run it inside the machine that the image is made from, not on your own computer"
)
_THEN_LINUX: Final = msg(
    "Run it as root. Then deprovision, shut the machine down at once, and look into its disk again"
)
_THEN_WINDOWS: Final = msg(
    "Run it in PowerShell as administrator. Then generalise with Sysprep, and look into its disk again"
)
_LEFT: Final = msg("A person has to decide these; the wizard’s findings say what to do")


def cleaning_script(
    findings: Sequence[Finding], titles: Mapping[str, Message], system: str, image: str, day: str
) -> str | None:
    """The script's text: sh for Linux, PowerShell for Windows; None where there is nothing that it could do.

    `titles`: of the rules about the inside of a disk, and only of these. `image`: the file's name; `day`: when it was looked into (ISO 8601). Comments are in both languages. A command that
    fails stops the commands of its own rule only, and is told at the end.
    """
    # What is wrong with the disk's format is not done inside the machine.
    wrong = sorted(
        (each for each in findings if each.outcome in _TROUBLE and each.rule in titles),
        key=lambda each: _AT_THE_END.index(each.rule) + 1 if each.rule in _AT_THE_END else 0,
    )
    blocks = [(each, commands) for each in wrong if (commands := commands_of(each))]
    if not blocks:
        return None
    left = [each for each in wrong if not commands_of(each)]
    return (
        _powershell(blocks, left, titles, image, day)
        if system == WINDOWS
        else _sh(blocks, left, titles, image, day)
    )


def commands_of(finding: Finding) -> tuple[str, ...]:
    """What of its cure a script may do: all but generalising, which comes last and by a person's hand."""
    return tuple(line for line in finding.commands if not any(word in line.lower() for word in _LAST))


def file_name_for(image: str, system: str) -> str:
    """What the script is called beside the image: disk.vhd gets disk-clean.sh or disk-clean.ps1."""
    stem = image.rpartition(".")[0] or image
    return f"{stem}-clean.{'ps1' if system == WINDOWS else 'sh'}"


Blocks = list[tuple[Finding, tuple[str, ...]]]


def _sh(blocks: Blocks, left: list[Finding], titles: Mapping[str, Message], image: str, day: str) -> str:
    lines = ["#!/bin/sh", *_head(image, day, _THEN_LINUX), "", "set -u", 'if [ "$(id -u)" -ne 0 ]; then']
    lines += ['    echo "Run this as root. / 请以 root 身份运行。" >&2', "    exit 1", "fi", 'failed=""']
    for finding, commands in blocks:
        lines += ["", *_about(finding, titles), "(", "    set -e"]
        lines += [f"    {line}" for command in commands for line in command.split("\n")]
        # In a condition, sh would not heed "set -e".
        lines += [")", f'[ $? -eq 0 ] || failed="$failed {finding.rule}"']
    lines += ["", *_left(left, titles), 'if [ -n "$failed" ]; then']
    lines += ['    echo "Not done / 未完成:$failed" >&2', "    exit 1", "fi"]
    lines += [
        'echo "Done. Now deprovision. / 已完成。现在请取消预配："',
        'echo "  waagent -force -deprovision+user"',
        "",
    ]
    return "\n".join(lines)


def _powershell(
    blocks: Blocks, left: list[Finding], titles: Mapping[str, Message], image: str, day: str
) -> str:
    lines = ["#Requires -RunAsAdministrator", *_head(image, day, _THEN_WINDOWS), ""]
    lines += ["$ErrorActionPreference = 'Stop'", "$failed = @()"]
    for finding, commands in blocks:
        lines += ["", *_about(finding, titles), "try {"]
        for command in commands:
            lines += ["    $global:LASTEXITCODE = 0", f"    {command}"]
            lines.append('    if ($LASTEXITCODE -ne 0) { throw "exit code $LASTEXITCODE" }')
        lines += ["} catch {", f"    $failed += '{finding.rule}'", "    Write-Warning $_", "}"]
    lines += ["", *_left(left, titles), "if ($failed) {"]
    lines += ['    Write-Warning "Not done / 未完成: $failed"', "    exit 1", "}"]
    lines += ["Write-Output 'Done. Now generalise with Sysprep. / 已完成。现在请用 Sysprep 进行通用化。'", ""]
    # Windows PowerShell 5.1 takes a file without this mark for one in the system's own code page.
    return "\ufeff" + "\r\n".join(lines)


def _head(image: str, day: str, then: Message) -> Iterator[str]:
    made_for = msg(
        "Made by Marketplace Image Wizard for {image}, by what was found in it on {day}", image=image, day=day
    )
    for sentence in (made_for, _READ_IT, then):
        yield from _comment(sentence)


def _about(finding: Finding, titles: Mapping[str, Message]) -> Iterator[str]:
    title = titles.get(finding.rule)
    if title is not None:
        yield from _comment(msg("{rule}: {title}", rule=finding.rule, title=title))
    yield from _comment(finding.reason)


def _left(left: Sequence[Finding], titles: Mapping[str, Message]) -> Iterator[str]:
    if left:
        yield from _comment(_LEFT)
    for finding in left:
        yield from _about(finding, titles)


def _comment(sentence: Message) -> Iterator[str]:
    """The sentence in both languages, each one line whatever an image's names hold."""
    said = dict.fromkeys(redact(render(sentence, language)) for language in (ENGLISH, CHINESE))
    for text in said:
        yield "# " + "".join(each if each.isprintable() else " " for each in text)
