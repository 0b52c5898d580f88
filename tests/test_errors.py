"""Errors a person can read: the known kinds in their own words, details without secrets."""

from __future__ import annotations

import errno
from datetime import UTC, datetime

import pytest

from wizard.errors import WizardError, as_wizard_error
from wizard.messages import msg
from wizard.redaction import MASK


def test_a_wizard_error_stays_itself() -> None:
    error = WizardError(msg("No"), msg("Try again."))
    assert as_wizard_error(error) is error


def test_it_says_what_happened_what_to_do_and_when() -> None:
    error = WizardError(msg("No {what}", what="room"), msg("Make room."), {"status": "507"})
    assert str(error) == "No room"
    assert str(error.cure) == "Make room."
    assert error.details["status"] == "507"
    assert datetime.fromisoformat(error.details["time"]).tzinfo == UTC


def test_a_detail_may_replace_the_time() -> None:
    assert WizardError(msg("No"), msg("Yes"), {"time": "then"}).details["time"] == "then"


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (PermissionError(errno.EACCES, "", "/d/a.vhd"), "/d/a.vhd may not be read or written"),
        (OSError(errno.EROFS, "", "/d/a.vhd"), "/d/a.vhd may not be read or written"),
        (FileNotFoundError(errno.ENOENT, "", "/d/a.vhd"), "/d/a.vhd is not there"),
        (NotADirectoryError(errno.ENOTDIR, "", "/d/a.vhd"), "/d/a.vhd is not there"),
        (OSError(errno.ENOSPC, "", "/d/a.vhd"), "The disk is full"),
        (OSError(errno.EDQUOT, ""), "The disk is full"),
        (PermissionError("without a file"), "Something unexpected went wrong"),
        (OSError(errno.EIO, "", "/d/a.vhd"), "Something unexpected went wrong"),
        (KeyError("name"), "Something unexpected went wrong"),
    ],
)
def test_known_errors_have_their_own_words(error: Exception, what: str) -> None:
    told = as_wizard_error(error)
    assert str(told.what) == what
    assert str(told.cure)
    assert type(error).__name__ in told.details["error"]


def test_details_tell_where_it_happened_and_no_secret() -> None:
    def reading() -> None:
        raise ValueError("https://a.blob.core.chinacloudapi.cn/c/d.vhd?sv=1&sig=abcdefgh%3D&se=2")

    with pytest.raises(ValueError, match="https") as caught:
        reading()
    details = as_wizard_error(caught.value).details
    assert "in reading" in details["trace"]
    assert "abcdefgh" not in "".join(details.values())
    assert f"sig={MASK}&se=2" in details["error"]


def test_neither_text_nor_details_of_an_error_hold_a_secret() -> None:
    error = WizardError(
        msg("{url}", url="https://a/b?sig=abcdefgh"), msg("x"), {"url": "https://a/b?sig=abcdefgh"}
    )
    assert "abcdefgh" not in str(error)
    assert "abcdefgh" not in error.details["url"]
