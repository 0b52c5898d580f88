"""The practice cloud as a newcomer finds it: two subscriptions with storage accounts of different settings."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

TENANT: Final = "00000000-0000-4000-8000-0000000000aa"
PUBLISHING: Final = "00000000-0000-4000-8000-000000000001"
DIFFICULT: Final = "00000000-0000-4000-8000-000000000002"

# Azure China's regions: their names, the names shown, the region each is paired with.
REGIONS: Final[Mapping[str, tuple[str, str]]] = {
    "chinanorth": ("China North", "chinaeast"),
    "chinaeast": ("China East", "chinanorth"),
    "chinanorth2": ("China North 2", "chinaeast2"),
    "chinaeast2": ("China East 2", "chinanorth2"),
    "chinanorth3": ("China North 3", "chinaeast3"),
    "chinaeast3": ("China East 3", "chinanorth3"),
}

# The resource providers and the versions of their interfaces that are offered, the newest first. They are older than
# the SDKs' own defaults, as Azure China's are.
PROVIDERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Microsoft.Resources": {
        "subscriptions": ("2022-12-01", "2021-01-01", "2020-01-01"),
        "resourceGroups": ("2024-03-01", "2022-09-01", "2021-04-01"),
    },
    "Microsoft.Storage": {
        "storageAccounts": ("2024-01-01", "2023-05-01", "2023-01-01", "2022-09-01", "2021-09-01"),
        "checkNameAvailability": ("2024-01-01", "2023-05-01", "2023-01-01", "2022-09-01", "2021-09-01"),
    },
    "Microsoft.Compute": {"virtualMachines": ("2024-07-01", "2024-03-01", "2023-09-01")},
    "Microsoft.Network": {"virtualNetworks": ("2024-01-01", "2023-11-01")},
    "Microsoft.VirtualMachineImages": {"imageTemplates": ("2024-02-01", "2022-07-01")},
}

_SETTINGS: Final[Mapping[str, Any]] = {
    "allowBlobPublicAccess": False,  # what new accounts have (ACC-03)
    "allowSharedKeyAccess": True,
    "minimumTlsVersion": "TLS1_2",
    "supportsHttpsTrafficOnly": True,
    "publicNetworkAccess": "Enabled",
    "networkAcls": {
        "bypass": "AzureServices",
        "virtualNetworkRules": [],
        "ipRules": [],
        "defaultAction": "Allow",
    },
    "accessTier": "Hot",
    "isHnsEnabled": False,
}


def sample() -> dict[str, Any]:
    """The state in the form in which it is saved."""
    data = {
        "format": 1,
        "subscriptions": [
            {"id": PUBLISHING, "name": "Practice 1: image publishing"},
            {"id": DIFFICULT, "name": "Practice 2: difficult settings"},
        ],
        "groups": [
            {"subscription": PUBLISHING, "name": "marketplace-images", "location": "chinanorth3"},
            {"subscription": PUBLISHING, "name": "older-images", "location": "chinaeast2"},
            {"subscription": DIFFICULT, "name": "difficult-accounts", "location": "chinaeast3"},
        ],
        "accounts": [
            # Ready to use, with the settings a new account has.
            _account(PUBLISHING, "marketplace-images", "practiceimages", "chinanorth3"),
            # Containers may be opened to everyone.
            _account(
                PUBLISHING, "marketplace-images", "practicepublic", "chinanorth3", allowBlobPublicAccess=True
            ),
            # Account keys are switched off: no upload and no SAS with them. Old TLS is still let in.
            _account(
                PUBLISHING,
                "older-images",
                "practicelocked",
                "chinaeast2",
                sku="Standard_GRS",
                allowSharedKeyAccess=False,
                minimumTlsVersion="TLS1_0",
            ),
            # A SAS is to end after seven days: too short for certification.
            _account(
                DIFFICULT,
                "difficult-accounts",
                "practicepolicy",
                "chinaeast3",
                sasPolicy={"sasExpirationPeriod": "7.00:00:00", "expirationAction": "Log"},
            ),
            # A firewall keeps the people who certify out (ACC-04).
            _account(
                DIFFICULT,
                "difficult-accounts",
                "practicefirewall",
                "chinaeast3",
                networkAcls={
                    "bypass": "AzureServices",
                    "virtualNetworkRules": [],
                    "ipRules": [{"value": "203.0.113.7", "action": "Allow"}],
                    "defaultAction": "Deny",
                },
            ),
            # A data lake: no page blobs with a hierarchical namespace (VHD-25).
            _account(DIFFICULT, "difficult-accounts", "practicelake", "chinaeast3", isHnsEnabled=True),
        ],
        "registered": {
            PUBLISHING: [
                "Microsoft.Compute",
                "Microsoft.Network",
                "Microsoft.Resources",
                "Microsoft.Storage",
            ],
            DIFFICULT: ["Microsoft.Resources", "Microsoft.Storage"],
        },
    }
    return copy.deepcopy(data)


def _account(
    subscription: str, group: str, name: str, location: str, *, sku: str = "Standard_LRS", **settings: Any
) -> dict[str, Any]:
    return {
        "subscription": subscription,
        "group": group,
        "name": name,
        "location": location,
        "sku": sku,
        "kind": "StorageV2",
        "properties": {**_SETTINGS, **settings},
    }
