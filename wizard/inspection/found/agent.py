"""Chapter `agent`: the Azure Linux Agent, its configuration and what it left of a provisioning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wizard.where import Where

# What the agent takes where its file does not set a key (azurelinuxagent/common/conf.py). The file that comes with it may
# set another value: Debian's has AutoUpdate.Enabled=n, most have ResourceDisk.Format=y.
DEFAULTS: Final = {
    "AutoUpdate.Enabled": "y",
    "AutoUpdate.UpdateToLatestVersion": "y",
    "Extensions.Enabled": "y",
    "Lib.Dir": "/var/lib/waagent",
    "OS.RootDeviceScsiTimeout": "",
    "Provisioning.Agent": "auto",
    "Provisioning.DeleteRootPassword": "n",
    "Provisioning.Enabled": "y",
    "Provisioning.RegenerateSshHostKeyPair": "n",
    "Provisioning.UseCloudInit": "n",
    "ResourceDisk.EnableSwap": "n",
    "ResourceDisk.Format": "n",
    "ResourceDisk.MountPoint": "/mnt/resource",
    "ResourceDisk.SwapSizeMB": "0",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A key that the configuration sets, with the value in force: the last one counts. `line` counts from 1."""

    key: str = ""
    value: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Agent:
    """What is known of waagent.

    `program` and `config`: their files, "" where there is none. `settings`: of the keys in DEFAULTS those that are set.
    `state`: files and folders that a provisioning or running on Azure left behind. `switched_off`: the file that keeps the
    agent from handling anything, "" where there is none. `logs`: its log files that hold something.
    """

    program: str = ""
    config: str = ""
    settings: tuple[Setting, ...] = ()
    state: tuple[str, ...] = ()
    switched_off: str = ""
    logs: tuple[str, ...] = ()

    @property
    def installed(self) -> bool:
        """Whether the program is there."""
        return bool(self.program)

    def setting(self, key: str) -> Setting | None:
        """The key as the configuration sets it; None where it is left to its default."""
        return next((each for each in self.settings if each.key == key), None)

    def value(self, key: str) -> str:
        """The value in force."""
        setting = self.setting(key)
        return setting.value if setting is not None else DEFAULTS[key]

    def switch(self, key: str) -> bool:
        """A key of y or n, as the agent takes it: what is neither leaves the default."""
        said = self.value(key).lower()
        return (said if said in ("y", "n") else DEFAULTS[key]) == "y"

    def place(self, key: str) -> Where:
        """Where a key is set; the file as a whole where it is not."""
        setting = self.setting(key)
        return Where(self.config, setting.line, f"{key}={setting.value}") if setting else Where(self.config)

    @property
    def updating(self) -> Setting | None:
        """The setting that decides on automatic updates: the newer key, where it is set, overrides the older one."""
        keys = ("AutoUpdate.UpdateToLatestVersion", "AutoUpdate.Enabled")
        settings = (self.setting(key) for key in keys)
        return next((each for each in settings if each and each.value.lower() in ("y", "n")), None)

    @property
    def auto_update(self) -> bool:
        """Whether the agent keeps itself up to date: it does unless told not to."""
        setting = self.updating
        return setting is None or setting.value.lower() == "y"
