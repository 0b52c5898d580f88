"""The SAS rules in order: SAS-01 to SAS-17. `wizard.sas.judging` applies them to a link outside a journey."""

from __future__ import annotations

from typing import Final

from wizard.checks import sas_account as account
from wizard.checks import sas_address as address
from wizard.checks import sas_life as life
from wizard.checks import sas_live as live
from wizard.checks import sas_token as token
from wizard.messages import msg
from wizard.step import Check

CHECKS: Final = (
    Check("SAS-01", msg("The link leads to a VHD in this cloud"), address.leads_to_a_vhd),
    Check("SAS-02", msg("It allows Read and List, nothing else"), token.allows_read_and_list),
    Check("SAS-03", msg("It covers the container"), token.covers_the_container),
    Check("SAS-04", msg("It has started, one day back"), life.has_started),
    Check("SAS-05", msg("It lasts at least three weeks"), life.lasts_three_weeks),
    Check("SAS-06", msg("It is signed, for everyone and for https"), token.is_signed_for_everyone),
    Check("SAS-07", msg("It is not a user-delegation SAS"), token.is_no_user_delegation),
    Check("SAS-08", msg("The account accepts its key"), account.key_is_accepted),
    Check("SAS-09", msg("It says everything itself"), token.needs_no_stored_policy),
    Check("SAS-10", msg("It is not an account SAS"), token.is_no_account_sas),
    Check("SAS-11", msg("Tried without credentials"), live.is_proven),
    Check("SAS-12", msg("The VHD is free to be copied"), live.is_free_to_be_copied),
    Check("SAS-13", msg("It is for this one VHD"), address.belongs_to_one_vhd),
    Check("SAS-14", msg("The signature is kept secret"), token.is_kept_secret),
    Check("SAS-15", msg("More than a week is left"), life.has_a_week_left),
    Check("SAS-16", msg("The account’s policy lets it last"), account.policy_allows_it),
    Check("SAS-17", msg("It is not a disk’s export link"), address.is_no_disk_export),
)
