"""Where a cloud is reached, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wizard.messages import Message, msg

_CHINA_BLOB_SUFFIX: Final = "blob.core.chinacloudapi.cn"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One cloud. `id` is what a journey remembers of it.

    `blob_suffix` is what follows the account's name in a blob address, None where the account stands in the path.
    `blob_host_rule` is a regular expression that the host (with port) of every blob address in this cloud matches as a whole.
    """

    id: str
    title: Message
    management_url: str
    blob_suffix: str | None
    blob_host_rule: str
    is_practice: bool = False

    def is_blob_host(self, host: str) -> bool:
        """Whether a blob address with this host (and port) belongs to this cloud."""
        return re.fullmatch(self.blob_host_rule, host, re.IGNORECASE) is not None

    def default_blob_endpoint(self, account: str) -> str | None:
        """The account's blob endpoint where the cloud's names tell it, without a slash at the end."""
        return f"https://{account}.{self.blob_suffix}" if self.blob_suffix else None


AZURE_CHINA: Final = Endpoints(
    id="AzureChinaCloud",
    title=msg("Azure China"),
    management_url="https://management.chinacloudapi.cn",  # CHN-02
    blob_suffix=_CHINA_BLOB_SUFFIX,  # CHN-07
    blob_host_rule=r"[a-z0-9]{3,24}\." + re.escape(_CHINA_BLOB_SUFFIX),
)

PRACTICE: Final = "practice"


def practice_endpoints(management_url: str) -> Endpoints:
    """The practice cloud whose Resource Manager listens at this address of this computer."""
    return Endpoints(
        id=PRACTICE,
        title=msg("Practice cloud"),
        management_url=management_url.rstrip("/"),
        blob_suffix=None,
        blob_host_rule=r"127\.0\.0\.1:\d{1,5}",
        is_practice=True,
    )
