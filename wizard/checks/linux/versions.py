"""The rules about versions of software that virtual machines need: LIN-02, LIN-12, LIN-13, LIN-35."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import install, update
from wizard.checks.linux.package_words import NO_DATABASE, NO_WORD, if_certain, place_of
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.packages import Package, Program


def agent_is_new_enough(inside: Inside) -> Finding:
    """LIN-02: the Azure Linux Agent is there; too old fails, and what is older than LISA asks must update itself."""
    packages = known(inside.packages, inside, "packages")
    if isinstance(packages, Finding):
        return packages
    figures = load("agent_versions")
    names = figures["packages"]
    program, package = packages.newest_program("waagent"), packages.newest_package(*names)
    agent: Program | Package | None = package or program
    if program is not None and package is not None and not package.at_least(program.version):
        agent = program  # installed over the package
    if agent is None:
        return if_certain(
            packages,
            failed(
                msg("The Azure Linux Agent (waagent) is not installed"),
                msg(
                    "Install it from the distribution’s packages, or from github.com/Azure/WALinuxAgent, and enable its "
                    "service."
                ),
                commands=install(inside.distribution, *_agent_package(inside)),
            ),
        )
    least, good = str(figures["least"]["value"]), str(figures["without_updates"]["value"])
    seen_at = (place_of(packages, agent),)
    facts: dict[str, Any] = {"version": agent.version}
    if not agent.version:
        return skipped(msg("The Azure Linux Agent is installed, but no file tells its version"), **facts)
    cure = msg("Update it to {version} or newer.", version=good)
    commands = update(inside.distribution, package.name) if package is not None else ()
    if not agent.at_least(least):
        return failed(
            msg(
                "The Azure Linux Agent is {version}; {least} is the oldest that is accepted",
                version=agent.upstream,
                least=least,
            ),
            cure,
            seen_at=seen_at,
            commands=commands,
            **facts,
        )
    if agent.at_least(good):
        return passed(
            msg("The Azure Linux Agent is {version}", version=agent.upstream), seen_at=seen_at, **facts
        )
    if inside.agent is not None and inside.agent.auto_update:
        return passed(
            msg("The Azure Linux Agent is {version} and keeps itself up to date", version=agent.upstream),
            seen_at=seen_at,
            **facts,
        )
    return warning(
        msg(
            "The Azure Linux Agent is {version}; Microsoft’s own tests ask for {good}, or that it keeps itself up to date",
            version=agent.upstream,
            good=good,
        ),
        cure,
        seen_at=seen_at,
        commands=commands,
        **facts,
    )


def _agent_package(inside: Inside) -> tuple[str, ...]:
    """The name of the agent's package in this distribution; nothing where no table knows it."""
    names, distribution = load("agent_versions")["to_install"]["names"], inside.distribution
    if distribution is None:
        return ()
    known_as = (distribution.id, *distribution.like, distribution.family)
    return next(((str(names[each]),) for each in known_as if each in names), ())


def openssl_is_new_enough(inside: Inside) -> Finding:
    """LIN-12: OpenSSL, by the package that brings the command, or else its library."""
    packages = known(inside.packages, inside, "packages")
    if isinstance(packages, Finding):
        return packages
    figures = load("openssl_versions")
    names = figures["packages"]
    package = packages.newest_package(*names["command"]) or packages.newest_package(*names["library"])
    if package is None:
        return if_certain(
            packages,
            warning(
                msg("No package of OpenSSL is installed; the certification tests ask for its version"),
                msg("Install OpenSSL from the distribution’s packages."),
                commands=install(inside.distribution, "openssl"),
            ),
        )
    seen_at = (place_of(packages, package),)
    facts: dict[str, Any] = {"package": package.name, "version": package.version}
    if not package.at_least(str(figures["least"]["value"])):
        return failed(
            msg(
                "OpenSSL is {version}; {least} is the oldest that is accepted",
                version=package.upstream,
                least=str(figures["least"]["value"]),
            ),
            msg("Build the image on a newer release of the distribution."),
            seen_at=seen_at,
            **facts,
        )
    if any(_within(package, branch) for branch in figures["good"]):
        return passed(msg("OpenSSL is {version}", version=package.upstream), seen_at=seen_at, **facts)
    return warning(
        msg(
            "OpenSSL is {version}; Microsoft’s own tests accept 1.0.2, 1.1.1, and 3.0.0 or newer",
            version=package.upstream,
        ),
        msg("Update it; where the distribution has nothing newer, build the image on a newer release."),
        seen_at=seen_at,
        commands=update(inside.distribution, package.name),
        **facts,
    )


def _within(package: Package, branch: Mapping[str, Any]) -> bool:
    before = branch.get("before")
    return package.at_least(branch["from"]) and not (before and package.at_least(before))


def python_is_new_enough(inside: Inside) -> Finding:
    """LIN-13: the Python that scripts start. Nothing fails here: only extensions need it, and not every offer has them."""
    packages = known(inside.packages, inside, "packages")
    if isinstance(packages, Finding):
        return packages
    figures = load("python_versions")
    oldest, good = str(figures["for_extensions"]["value"]), str(figures["good"]["value"])
    started = (packages.newest_program(name) for name in ("python3", "python", "platform-python", "python2"))
    others = (each for each in packages.programs if each.name.startswith("python"))
    python = next((each for each in (*started, *others) if each is not None), None)
    if python is None:
        return warning(
            msg("No Python was found where systems have it; virtual machine extensions need it"),
            msg("Install Python {version} or newer from the distribution’s packages.", version=good),
            commands=install(inside.distribution, "python3"),
        )
    facts: dict[str, Any] = {"version": python.version, "file": python.file}
    if not python.version:
        return skipped(msg("Python is installed, but no file name tells its version"), **facts)
    seen_at = (where(python.file, 0, f"Python {python.version}"),)
    if python.at_least(good):
        return passed(msg("Python is {version}", version=python.version), seen_at=seen_at, **facts)
    cure = msg(
        "Where the distribution offers Python {version} or newer, install it beside the old one; otherwise build the image "
        "on a newer release. Do not replace the Python that the system’s own tools use.",
        version=good,
    )
    if not python.at_least(oldest):
        reason = msg(
            "Python is {version}; below {oldest}, virtual machine extensions do not run",
            version=python.version,
            oldest=oldest,
        )
    else:
        reason = msg(
            "Python is {version}; Microsoft’s own tests ask for {good}", version=python.version, good=good
        )
    return warning(reason, cure, seen_at=seen_at, **facts)


def no_ghost(inside: Inside) -> Finding:
    """LIN-35: glibc without CVE-2015-0235 (GHOST): 2.18 or newer, or mended by the distribution."""
    packages = known(inside.packages, inside, "packages")
    if isinstance(packages, Finding):
        return packages
    figures = load("glibc_versions")
    package = packages.newest_package(*figures["packages"])
    if package is None:
        return skipped(NO_WORD if packages.kind else NO_DATABASE)
    least = str(figures["least"]["value"])
    seen_at = (place_of(packages, package),)
    facts: dict[str, Any] = {"version": package.version}
    if package.at_least(least):
        return passed(msg("glibc is {version}", version=package.upstream), seen_at=seen_at, **facts)
    distribution = inside.distribution
    release = str(distribution.numbers[0]) if distribution is not None and distribution.numbers else ""
    fixed = next(
        (
            str(each["value"])
            for each in figures["fixed"]
            if distribution is not None and distribution.id in each["ids"] and release == each["release"]
        ),
        "",
    )
    if not fixed:
        return skipped(
            msg(
                "glibc is {version}; whether the distribution has mended GHOST (CVE-2015-0235) in it is not known",
                version=package.version,
            ),
            **facts,
        )
    if package.at_least(fixed):
        return passed(
            msg("glibc is {version}, in which GHOST (CVE-2015-0235) is mended", version=package.version),
            seen_at=seen_at,
            **facts,
        )
    return warning(
        msg(
            "glibc is {version}; GHOST (CVE-2015-0235) is mended from {fixed} on",
            version=package.version,
            fixed=fixed,
        ),
        msg("Update it, then restart the machine."),
        seen_at=seen_at,
        commands=update(distribution, package.name),
        **facts,
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-02",
        msg("The Azure Linux Agent is installed and new enough"),
        agent_is_new_enough,
        group=Group.AGENT,
        applies=is_linux,
    ),
    Check(
        "LIN-12",
        msg("OpenSSL is new enough"),
        openssl_is_new_enough,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
    Check(
        "LIN-13",
        msg("Python is new enough"),
        python_is_new_enough,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
    Check(
        "LIN-35",
        msg("glibc has no GHOST (CVE-2015-0235)"),
        no_ghost,
        group=Group.SECURITY,
        applies=is_linux,
    ),
)
