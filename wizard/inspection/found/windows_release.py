"""Chapter `release`: which Windows it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_WINDOWS_11: Final = 22000  # its first build; ProductName of a Windows 11 still says Windows 10


@dataclass(frozen=True, slots=True)
class WindowsRelease:
    r"""Values of HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion, "" or 0 where it says nothing.

    `product` (ProductName), `edition` (EditionID: "ServerDatacenter"), `installation` (InstallationType: "Server",
    "Server Core", "Client"), `build` and `revision` (CurrentBuild, UBR), `version` (DisplayVersion: "22H2").
    `older`: the hive has changes that were not read.
    """

    product: str = ""
    edition: str = ""
    installation: str = ""
    build: int = 0
    revision: int = 0
    version: str = ""
    older: bool = False

    @property
    def name(self) -> str:
        """What people call it: "Windows Server 2022 Datacenter", "Windows 11 Pro"."""
        if self.is_client and self.build >= _WINDOWS_11:
            return self.product.replace("Windows 10", "Windows 11")
        return self.product

    @property
    def is_client(self) -> bool:
        """Whether it is a Windows for desks, not a Windows Server; multi-session Windows is one for desks too."""
        if self.installation:
            return self.installation.lower() == "client"
        return bool(self.edition) and not self.edition.lower().startswith("server")

    @property
    def is_evaluation(self) -> bool:
        """Whether it is an edition that ends after some months (ServerStandardEval, EnterpriseEval)."""
        return "eval" in self.edition.lower()

    @property
    def version_text(self) -> str:
        """Its version to the last number: "10.0.20348.2402"; "" where the build is not known."""
        if not self.build:
            return ""
        series = {7600: "6.1", 7601: "6.1", 9200: "6.2", 9600: "6.3"}.get(self.build, "10.0")
        return f"{series}.{self.build}.{self.revision}"
