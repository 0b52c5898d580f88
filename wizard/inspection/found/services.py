"""Chapter `services`: what starts at boot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """Something that is enabled: a unit of systemd with its suffix ("ssh.service"), a script or a job without one.

    `by`: the link or file that makes it start. `missing`: the unit itself is not there, so nothing starts.
    """

    name: str = ""
    by: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Services:
    """What starts at boot, sorted by name.

    `there`: of the services that Azure needs (resources/rules/boot_services.json) those that exist, enabled or not.
    `kind`: systemd, upstart, sysv; "" where none of them was found. `target`: systemd's default target, or the runlevel.
    `masked`: units that never start, with `masked_at` in the same order. `held_back`: files that keep sshd from starting.
    """

    kind: str = ""
    target: str = ""
    enabled: tuple[Service, ...] = ()
    masked: tuple[str, ...] = ()
    masked_at: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    there: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Services, sockets and timers that this system's own links start, without what every systemd brings."""
        suffixes = (".service", ".socket", ".timer")
        wanted = (each for each in self.enabled if not each.missing and each.by.startswith("/etc/"))
        plain = self.kind != "systemd"
        names = [
            each.name for each in wanted if plain or "." not in each.name or each.name.endswith(suffixes)
        ]
        return tuple(name.removesuffix(".service") for name in names if name not in self.masked)

    def starts(self, *names: str) -> Service | None:
        """The first of these that starts at boot, in this order; a script or a job is named without ".service"."""
        for name in names:
            found = self.listed(name)
            if found is not None and not found.missing and not self._is_masked(name):
                return found
        return None

    def listed(self, name: str) -> Service | None:
        """The unit, script or job of this name where it is enabled, even if it is masked or missing."""
        plain = name.removesuffix(".service")
        return next((each for each in self.enabled if each.name in (name, plain)), None)

    def mask_of(self, name: str) -> str:
        """The file that masks this unit; "" where none does."""
        return next(
            (at for unit, at in zip(self.masked, self.masked_at, strict=True) if unit == name),
            "",
        )

    def _is_masked(self, name: str) -> bool:
        # A socket whose service is masked listens, and nobody answers.
        served = f"{name.removesuffix('.socket')}.service" if name.endswith(".socket") else name
        return name in self.masked or served in self.masked
