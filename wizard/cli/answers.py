"""What a walk's options answer: by step and input, and judged before anything is done."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from wizard.cli.options import OperatingSystem, told
from wizard.core.engine import Engine
from wizard.errors import WizardError
from wizard.messages import msg
from wizard.redaction import Secret

if TYPE_CHECKING:
    from wizard.services.cloud import Cloud

ACCOUNT_KEY: Final = "IMAGE_WIZARD_ACCOUNT_KEY"


def answers_of(
    *,
    image: Path | None,
    grow: bool,
    system: OperatingSystem | None,
    subscription: str | None,
    account: str | None,
    container: str | None,
    days: int | None,
    overwrite: bool,
    key: Secret | None,
) -> dict[str, dict[str, Any]]:
    """The answers by step and input; what the command did not say is left to the defaults."""
    upload: dict[str, Any] = {"overwrite": overwrite or None}
    if subscription is not None:
        upload["subscription"] = subscription
    if container is not None:
        upload["container"] = container
    if account is not None:
        upload["key_account" if key is not None else "account_name"] = account
    if key is not None:
        upload["account_key"] = key
    built_for = system or OperatingSystem.LINUX
    answers = {"build_path": {"build_path": f"{built_for.value}_local"}, "upload": upload}
    disk = ({"image": str(image.absolute())} if image is not None else {}) | ({"grow": True} if grow else {})
    if disk:
        answers["disk_image"] = disk
    if days is not None:
        answers["sas_uri"] = {"days": days}
    return answers


def ask_for_key() -> Secret:
    """The account's key from the environment, else typed in; raises WizardError where there is nobody to ask."""
    given = os.environ.get(ACCOUNT_KEY)
    if given:
        return Secret(given)
    try:
        return Secret(
            typer.prompt(told(msg("Account key (it is not shown and not saved)")), hide_input=True, err=True)
        )
    except typer.Abort:
        raise WizardError(
            msg("The account’s key was not given"),
            msg("Run the command in a terminal and enter it, or put it into {name}.", name=ACCOUNT_KEY),
        ) from None


def problem_of(engine: Engine, answers: Mapping[str, Mapping[str, Any]]) -> WizardError | None:
    """Give the answers; what is wrong with one of them is better said before anything is done."""
    for step_id, given in answers.items():
        for input_id, value in given.items():
            engine.answer(step_id, input_id, value)
            problem = engine.problem(step_id, input_id) if value is not None else None
            if problem is not None:
                return WizardError(problem, msg("Nothing was done. Give another answer and start again."))
    return None


def subscription_of(cloud: Cloud, account: str) -> str:
    """The subscription in which the storage account is; raises WizardError where it is in none."""
    for each in cloud.subscriptions():
        if any(found.name == account for found in cloud.storage_accounts(each.id)):
            return each.id
    raise WizardError(
        msg("There is no storage account {account} in your subscriptions", account=account),
        msg("Check its name, or ask the subscription’s owner for access."),
    )
