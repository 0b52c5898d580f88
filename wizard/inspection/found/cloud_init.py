"""Chapter `cloud_init`: cloud-init, its configuration and what it left of a provisioning."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.where import Where


@dataclass(frozen=True, slots=True)
class CloudInit:
    """What is known of cloud-init.

    `program`: its file, "" where it is not installed; `version` as its own files say, "" where they do not. `off_at`: the
    file that disables it. `sources`: the datasource_list in force, `sources_at` where; None where nothing sets it.
    `network_config`: Azure's apply_network_config in force, None where it is left to its default (true); `network_off`:
    cloud-init leaves the network alone. `swap_files`: where it is told to make one that is not on Azure's temporary disk.
    `state`: what is left of an earlier start, `logs` its logs that hold something, `seed`: files that it would read as a
    source, made for another machine.
    """

    program: str = ""
    version: str = ""
    off_at: str = ""
    sources: tuple[str, ...] = ()
    sources_at: Where | None = None
    network_config: bool | None = None
    network_config_at: Where | None = None
    network_off: bool = False
    swap_files: tuple[Where, ...] = ()
    state: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    seed: tuple[str, ...] = ()

    @property
    def installed(self) -> bool:
        """Whether the program is there."""
        return bool(self.program)

    @property
    def enabled(self) -> bool:
        """Whether it is there and no file disables it; its services are in the chapter `services`."""
        return self.installed and not self.off_at
