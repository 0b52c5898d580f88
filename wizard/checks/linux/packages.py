"""The rules about software that should not be in an image: LIN-32, LIN-36, LIN-37."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_linux, known
from wizard.checks.linux.commands import remove, update
from wizard.checks.linux.package_words import if_certain, place_of
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed, skipped, warning
from wizard.where import Where, where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside


_OLD_RED_HAT: Final = ("rhel", "centos", "ol", "scientific")


def no_network_manager(inside: Inside) -> Finding:
    """LIN-32: before release 7 of Red Hat's family, NetworkManager gets in the agent's way."""
    distribution = known(inside.distribution, inside, "distribution")
    packages = known(inside.packages, inside, "packages")
    if isinstance(distribution, Finding):
        return distribution
    if isinstance(packages, Finding):
        return packages
    if distribution.id not in _OLD_RED_HAT or not distribution.numbers or distribution.numbers[0] >= 7:
        return skipped(msg("Concerns Red Hat Enterprise Linux and its like before 7 only"))
    package = packages.package("NetworkManager")
    if package is None:
        return if_certain(packages, passed(msg("NetworkManager is not installed")))
    return warning(
        msg("NetworkManager is installed; before release 7 it gets in the way of the Azure Linux Agent"),
        msg("Remove it, and let the service “network” manage eth0 by DHCP."),
        seen_at=(place_of(packages, package),),
        commands=remove(distribution, package.name),
        version=package.version,
    )


def omi_is_safe(inside: Inside) -> Finding:
    """LIN-36: no Open Management Infrastructure, or one without OMIGOD."""
    packages = known(inside.packages, inside, "packages")
    if isinstance(packages, Finding):
        return packages
    figures = load("omi_versions")
    package = packages.newest_package(*figures["packages"])
    least = str(figures["least"]["value"])
    if package is None:
        program = packages.newest_program("omiserver")
        if program is not None:
            return skipped(msg("OMI lies in {path}, but no package tells its version", path=program.file))
        return if_certain(packages, passed(msg("OMI is not installed")))
    seen_at = (place_of(packages, package),)
    # The same version is 1.6.8.1 as a package of dpkg, and 1.6.8-1 of rpm.
    package = replace(package, version=package.version.replace("-", "."))
    facts: dict[str, Any] = {"version": package.version}
    if package.at_least(least):
        return passed(msg("OMI is {version}", version=package.version), seen_at=seen_at, **facts)
    return failed(
        msg(
            "OMI is {version}; before {least}, anybody who reaches it becomes root (CVE-2021-38647, OMIGOD)",
            version=package.version,
            least=least,
        ),
        msg(
            "Update it from Microsoft’s package repository. If nothing newer comes and your product does not need it, "
            "remove it: the extensions of Azure that use it install it themselves."
        ),
        seen_at=seen_at,
        commands=update(inside.distribution, package.name),
        **facts,
    )


def nothing_preinstalled(inside: Inside) -> Finding:
    """LIN-37: no antivirus, no remote control and no agent of another cloud."""
    packages = known(inside.packages, inside, "packages")
    if isinstance(packages, Finding):
        return packages
    found: list[str] = []
    places: list[Where] = []
    for software in load("preinstalled")["software"]:
        package = packages.package(*software["packages"])
        traces = [path for path in software["paths"] if path in packages.traces]
        if package is not None or traces:
            found.append(software["name"])
            places.append(place_of(packages, package) if package is not None else where(traces[0]))
    if not found:
        return if_certain(
            packages, passed(msg("No antivirus, remote control or agent of another cloud was found"))
        )
    defender = packages.package("mdatp")
    return warning(
        msg("Installed in the image: {names}", names=tuple(found)),
        msg(
            "Marketplace images should come without antivirus, remote control and other clouds’ agents: customers choose "
            "their own, and an agent that is already registered reports all their machines as one. Remove what is not "
            "part of your product, as its maker describes."
        ),
        seen_at=tuple(places[:10]),
        commands=remove(inside.distribution, defender.name) if defender is not None else (),
        software=found,
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "LIN-32",
        msg("NetworkManager is not installed where it gets in the agent’s way"),
        no_network_manager,
        group=Group.SYSTEM,
        applies=is_linux,
    ),
    Check(
        "LIN-36",
        msg("OMI is absent or without OMIGOD (CVE-2021-38647)"),
        omi_is_safe,
        group=Group.SECURITY,
        applies=is_linux,
    ),
    Check(
        "LIN-37",
        msg("No antivirus, remote control or agent of another cloud is preinstalled"),
        nothing_preinstalled,
        group=Group.SECURITY,
        applies=is_linux,
    ),
)
