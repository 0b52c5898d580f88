"""WIN-05: the rule about Remote Desktop, by which the certification reaches a virtual machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wizard.checks.inside_words import is_windows, known
from wizard.checks.windows.words import (
    Difference,
    at_missing,
    at_service,
    at_setting,
    differing,
    remove_value,
    set_number,
    with_age,
)
from wizard.groups import Group
from wizard.messages import msg
from wizard.rules_data import load
from wizard.step import Check, Finding, failed, passed
from wizard.where import where

if TYPE_CHECKING:
    from wizard.inspection.found.inside import Inside
    from wizard.inspection.found.windows_settings import WindowsSettings

_DISABLED: Final = 4
_GENERALISED: Final = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
# The group of rules by its resource, which is the same in every language of Windows.
_OPEN_FIREWALL: Final = "Enable-NetFirewallRule -Group '@FirewallAPI.dll,-28752'"
_FIREWALL_RULES: Final = (
    r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules"
)
_CURE: Final = msg(
    "Set Remote Desktop as Microsoft asks for, sign in over it once more, then generalise the image again."
)


def can_be_reached(inside: Inside) -> Finding:
    """Fails by the certification's own bar (FAQ "Remote access issue": Remote Desktop is on and reached on 3389).

    Warns by the stricter one (WINPREP): NLA, no pinned certificate, the firewall's rules. In an image that is generalised,
    fDenyTSConnections = 1 warns only: Windows Setup writes it again at the first start, so it proves less there.
    """
    settings = known(inside.settings, inside, "settings")
    if isinstance(settings, Finding):
        return settings
    broken, doubtful = _broken(inside, settings), _doubtful(settings)
    if settings.number("deny_connections") != 0:
        generalised = settings.text("image_state") == _GENERALISED
        (doubtful if generalised else broken).insert(0, _off(settings))
    facts: dict[str, Any] = {
        "deny_connections": settings.number("deny_connections"),
        "port": settings.number("rdp_port"),
        "network_level_authentication": settings.number("rdp_nla"),
    }
    older = bool(settings.older)
    if broken:
        together = differing([*broken, *doubtful], _CURE)
        return with_age(
            failed(
                msg(
                    "Nobody can sign in over Remote Desktop: {what}", what=tuple(each.what for each in broken)
                ),
                _CURE,
                seen_at=together.seen_at,
                commands=together.commands,
                **facts,
            ),
            older,
        )
    if doubtful:
        return with_age(differing(doubtful, _CURE, **facts), older)
    return with_age(
        passed(
            msg("Remote Desktop is on, on port 3389, with network level authentication"),
            seen_at=(at_setting(settings.get("deny_connections")),),
            **facts,
        ),
        older,
    )


def _off(settings: WindowsSettings) -> Difference:
    deny = settings.get("deny_connections")
    return Difference(
        msg("Remote Desktop is off"),
        at_setting(deny) if deny.present else at_missing("deny_connections"),
        (set_number("deny_connections", 0),),
    )


def _broken(inside: Inside, settings: WindowsSettings) -> list[Difference]:
    found = []
    policy = settings.get("deny_connections_policy")
    port, adapter = settings.get("rdp_port"), settings.get("rdp_adapter")
    wanted_port = int(load("windows_settings")["wanted"]["rdp_port"])
    if policy.number:
        found.append(
            Difference(
                msg("a policy turns Remote Desktop off"),
                at_setting(policy),
                (remove_value("deny_connections_policy"),),
            )
        )
    if port.number is not None and port.number != wanted_port:
        found.append(
            Difference(
                msg("it listens on port {port} in place of {wanted}", port=port.number, wanted=wanted_port),
                at_setting(port),
                (set_number("rdp_port", wanted_port),),
            )
        )
    if adapter.number:
        found.append(
            Difference(
                msg("it listens on one network adapter only, which a new virtual machine does not have"),
                at_setting(adapter),
                (set_number("rdp_adapter", 0),),
            )
        )
    service = inside.windows_services.get("TermService") if inside.windows_services is not None else None
    if service is not None and service.start == _DISABLED:
        found.append(
            Difference(
                msg("the service TermService is disabled"),
                at_service(service),
                ("Set-Service -Name TermService -StartupType Manual",),
            )
        )
    return found


def _doubtful(settings: WindowsSettings) -> list[Difference]:
    found = []
    nla, certificate = settings.get("rdp_nla"), settings.get("rdp_certificate")
    if nla.number == 0:
        found.append(
            Difference(
                msg("network level authentication is off"), at_setting(nla), (set_number("rdp_nla", 1),)
            )
        )
    if certificate.present:
        found.append(
            Difference(
                msg("a certificate is tied to Remote Desktop"),
                where(certificate.key, 0, certificate.name),
                (remove_value("rdp_certificate"),),
            )
        )
    rules = settings.remote_desktop_rules
    firewall_is_on = settings.number("firewall_public") != 0
    if firewall_is_on and rules and not any(rule.active for rule in rules):
        found.append(
            Difference(
                msg("the firewall’s rules for Remote Desktop are off"),
                where(_FIREWALL_RULES, 0, rules[0].name),
                (_OPEN_FIREWALL,),
            )
        )
    return found


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "WIN-05",
        msg("Remote Desktop lets people sign in"),
        can_be_reached,
        group=Group.SECURITY,
        applies=is_windows,
    ),
)
