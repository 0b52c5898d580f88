"""Who asks for a rule: the sources of docs/rules.md, by rule, with their dates, from resources/rules/rule_sources.json."""

from __future__ import annotations

from typing import Final

from wizard.messages import Message, msg
from wizard.rules_data import load

TITLES: Final = {
    "G": msg("Azure China Marketplace: virtual machine image creating guide"),
    "P-EN": msg("Azure China Marketplace: image publishing guide"),
    "SCR": msg("Scripts that accompany both guides"),
    "CERT-CN": msg("docs.azure.cn: image certification"),
    "CPP-CN": msg("docs.azure.cn: image publishing in the Cloud Partner Portal"),
    "CHINA": msg("Microsoft: Azure operated by 21Vianet"),
    "CLI": msg("Azure CLI: its list of clouds"),
    "FAQ": msg("Microsoft: troubleshoot virtual machine certification"),
    "TEST": msg("Microsoft: test a virtual machine image"),
    "SASDOC": msg("Microsoft: generate a SAS URI for a VM image"),
    "TECH": msg("Microsoft: technical configuration of a virtual machine offer"),
    "LINGEN": msg("Microsoft: prepare Linux for imaging in Azure"),
    "WINPREP": msg("Microsoft: prepare a Windows VHD to upload to Azure"),
    "AIBJ": msg("Microsoft: create an Azure Image Builder template"),
    "SYSPREP": msg("Microsoft: Sysprep (generalize) a Windows installation"),
    "SEC": msg("Microsoft: security recommendations for Azure Marketplace images"),
    "BASE": msg("Microsoft: create a VM from an approved base"),
    "LISA": msg("Linux Integration Services Automation: Azure image tests"),
    "CIV": msg("Red Hat: cloud-image-val, its tests of Azure images"),
    "VHD": msg("Microsoft: Virtual Hard Disk Image Format Specification 1.0"),
    "STG-ANON": msg("Microsoft: prevent anonymous read access to containers and blobs"),
    "STG-KEY": msg("Microsoft: prevent authorization with Shared Key"),
    "STG-SAS": msg("Microsoft: grant limited access to Azure Storage with SAS"),
    "STG-TLS": msg("Microsoft: enforce a minimum TLS version"),
    "D": msg("A decision of this project"),
}
"""By the key of the source, as docs/rules.md has it."""

_ORIGINS: Final = {"China": msg("Azure China"), "global": msg("global")}


def asked_by(rule: str) -> tuple[Message, ...]:
    """The sources that ask for the rule, each with its section and date, and whether it speaks of Azure China or is global."""
    return tuple(_told(each) for each in load("rule_sources")["rules"].get(rule, ()))


def _told(cited: str) -> Message:
    """One source, cited as "G §3.1": key and section."""
    key, _, section = cited.partition(" §")
    source = load("rule_sources")["sources"][key]
    title = TITLES[key]
    if section:
        title = msg("{source}, section {section}", source=title, section=section)
    origin = _ORIGINS.get(source["origin"])
    if origin is None:
        return title if key == "D" else msg("{source} ({date})", source=title, date=_dated(source["dated"]))
    return msg("{source} ({date}, {origin})", source=title, date=_dated(source["dated"]), origin=origin)


def _dated(text: str) -> Message:
    if not text:
        return msg("undated")
    first, _, last = text.partition("/")
    return msg("{first} to {last}", first=first, last=last) if last else msg("{text}", text=text)
