"""What starts at boot, as systemd, upstart and System V init tell by their links and files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.services import Services
from wizard.inspection.linux.services import read_services
from wizard.results import from_json, to_json

Tree = dict[str, str | bytes | Link | None]

UNITS = "/usr/lib/systemd/system"
OWN = "/etc/systemd/system"
DEBIAN: Tree = {
    "/lib": Link("usr/lib"),
    "/sbin": Link("usr/sbin"),
    "/usr/sbin/init": Link("/lib/systemd/systemd"),
    "/usr/lib/systemd/systemd": b"\x7fELF",
    f"{UNITS}/default.target": Link("graphical.target"),
    f"{UNITS}/graphical.target": "[Unit]\nRequires=multi-user.target\n",
    f"{UNITS}/multi-user.target": "[Unit]\n",
    f"{UNITS}/multi-user.target.wants/systemd-logind.service": Link("../systemd-logind.service"),
    f"{UNITS}/systemd-logind.service": "[Unit]\n",
    f"{UNITS}/getty@.service": "[Unit]\n",
    f"{OWN}/getty.target.wants/getty@tty1.service": Link("/lib/systemd/system/getty@.service"),
    f"{UNITS}/ssh.service": "[Install]\nAlias=sshd.service\n",
    f"{UNITS}/walinuxagent.service": "[Unit]\n",
    f"{OWN}/multi-user.target.wants/ssh.service": Link("/lib/systemd/system/ssh.service"),
    f"{OWN}/sshd.service": Link("/lib/systemd/system/ssh.service"),
    f"{OWN}/multi-user.target.wants/walinuxagent.service": Link("/lib/systemd/system/walinuxagent.service"),
}


def services(more: Tree | None = None, *, base: Tree = DEBIAN, without: str = "") -> Services:
    tree = {path: what for path, what in {**base, **(more or {})}.items() if path != without}
    return read_services(files(tree))


def test_a_debian_as_it_is_installed() -> None:
    seen = services()
    assert (seen.kind, seen.target) == ("systemd", "graphical.target")
    assert [each.name for each in seen.enabled] == [
        "getty@tty1.service",
        "ssh.service",
        "systemd-logind.service",
        "walinuxagent.service",
    ]
    assert not any(each.missing for each in seen.enabled)
    assert seen.chosen == ("getty@tty1", "ssh", "walinuxagent")
    ssh = seen.starts("sshd.service", "ssh.service")
    assert ssh is not None
    assert ssh.by == f"{OWN}/multi-user.target.wants/ssh.service"
    assert seen.there == ("ssh.service", "sshd.service", "walinuxagent.service")
    assert from_json(Services, to_json(seen)) == seen


def test_a_unit_that_nothing_wants_does_not_start() -> None:
    seen = services(without=f"{OWN}/multi-user.target.wants/walinuxagent.service")
    assert seen.starts("walinuxagent.service") is None
    assert seen.listed("walinuxagent.service") is None


@pytest.mark.parametrize(
    ("target", "starts"),
    [
        ("multi-user.target.wants", True),
        ("cloud-init.target.wants", True),  # its generator wants it at each boot
        ("sockets.target.wants", True),
        ("multi-user.target.requires", True),
        ("rescue.target.wants", False),
        ("shutdown.target.wants", False),
        ("appliance.target.wants", False),
    ],
)
def test_only_what_a_boot_reaches_starts(target: str, starts: bool) -> None:
    seen = services(
        {f"{UNITS}/own.service": "[Unit]\n", f"{OWN}/{target}/own.service": Link(f"{UNITS}/own.service")}
    )
    assert (seen.starts("own.service") is not None) is starts


def test_a_target_of_ones_own_is_reached_through_what_wants_it() -> None:
    more: Tree = {
        f"{UNITS}/own.service": "[Unit]\n",
        f"{OWN}/appliance.target": "[Unit]\n",
        f"{OWN}/multi-user.target.wants/appliance.target": Link(f"{OWN}/appliance.target"),
        f"{OWN}/appliance.target.wants/own.service": Link(f"{UNITS}/own.service"),
        f"{OWN}/appliance.target.wants/appliance.target": Link(f"{OWN}/appliance.target"),
    }
    assert services(more).starts("own.service") is not None


@pytest.mark.parametrize("mask", [Link("/dev/null"), ""])
def test_what_is_masked_does_not_start(mask: str | Link) -> None:
    seen = services({f"{OWN}/ssh.service": mask})
    assert seen.starts("ssh.service") is None
    assert (seen.masked, seen.mask_of("ssh.service")) == (("ssh.service",), f"{OWN}/ssh.service")
    assert "ssh" not in seen.chosen


def test_a_socket_starts_the_server_unless_the_server_is_masked() -> None:
    socket: Tree = {
        f"{UNITS}/ssh.socket": "[Socket]\nListenStream=22\n",
        f"{OWN}/sockets.target.wants/ssh.socket": Link("/lib/systemd/system/ssh.socket"),
    }
    link = f"{OWN}/multi-user.target.wants/ssh.service"
    assert services(socket, without=link).starts("ssh.service", "ssh.socket") is not None
    masked: Tree = {**socket, f"{OWN}/ssh.service": Link("/dev/null")}
    assert services(masked).starts("ssh.service", "ssh.socket") is None


def test_a_link_to_a_unit_that_is_gone_starts_nothing() -> None:
    seen = services(without=f"{UNITS}/walinuxagent.service")
    listed = seen.listed("walinuxagent.service")
    assert listed is not None
    assert listed.missing
    assert seen.starts("walinuxagent.service") is None
    assert "walinuxagent.service" not in seen.there


def test_an_alias_that_leads_nowhere_is_no_unit() -> None:
    seen = services(without=f"{UNITS}/ssh.service")
    assert seen.there == ("walinuxagent.service",)


def test_scripts_start_where_systemd_has_no_unit_for_them() -> None:
    more: Tree = {
        "/etc/init.d/waagent": "#!/bin/sh\n",
        "/etc/rc3.d/S20waagent": Link("../init.d/waagent"),
        "/etc/rc3.d/S02ssh": Link("../init.d/ssh"),
        "/etc/rc3.d/K01other": Link("../init.d/other"),
    }
    seen = services(more)
    found = seen.starts("waagent.service")
    assert found is not None
    assert (found.name, found.by) == ("waagent", "/etc/rc3.d/S20waagent")
    assert [each.name for each in seen.enabled if each.name == "ssh"] == []
    assert seen.listed("other") is None


def test_a_rescue_system_starts_no_services() -> None:
    seen = services({f"{OWN}/default.target": Link("/lib/systemd/system/rescue.target")})
    assert (seen.target, seen.starts("ssh.service")) == ("rescue.target", None)


def test_upstart() -> None:
    base: Tree = {
        "/sbin/init": b"\x7fELF",
        "/etc/debian_version": "jessie/sid\n",
        "/etc/init/rc-sysinit.conf": "start on filesystem\n",
        "/etc/init/ssh.conf": "description\tserver\nstart on runlevel [2345]\nexec /usr/sbin/sshd -D\n",
        "/etc/init/walinuxagent.conf": "start on (filesystem and started rsyslog)\n",
        "/etc/init/walinuxagent.override": "manual\n",
        "/etc/rc2.d/S20rsync": Link("../init.d/rsync"),
        "/etc/rc3.d/S20other": Link("../init.d/other"),
    }
    seen = services(base=base)
    assert (seen.kind, seen.target) == ("upstart", "2")
    assert [each.name for each in seen.enabled] == ["rc-sysinit", "rsync", "ssh"]
    assert seen.starts("ssh.service") is not None
    assert seen.starts("walinuxagent.service") is None
    assert seen.there == ("ssh.service", "walinuxagent.service")


def test_system_v_init() -> None:
    base: Tree = {
        "/sbin/init": b"\x7fELF",
        "/etc/inittab": "# comment\nid:3:initdefault:\nsi::sysinit:/etc/rc.d/rc.sysinit\n",
        "/etc/rc.d/init.d/sshd": "#!/bin/sh\n",
        "/etc/rc.d/rc3.d/S55sshd": Link("../init.d/sshd"),
        "/etc/rc.d/rc3.d/K99waagent": Link("../init.d/waagent"),
        "/etc/rc.d/rc5.d/S99waagent": Link("../init.d/waagent"),
    }
    seen = services(base=base)
    assert (seen.kind, seen.target) == ("sysv", "3")
    assert [each.name for each in seen.enabled] == ["sshd"] == list(seen.chosen)
    assert seen.there == ("sshd.service",)


def test_what_is_not_known_is_not_guessed() -> None:
    assert read_services(files({"/sbin/openrc": "", "/sbin/init": b"\x7fELF"})).kind == ""


def test_a_file_keeps_sshd_from_starting() -> None:
    assert services({"/etc/ssh/sshd_not_to_be_run": ""}).held_back == ("/etc/ssh/sshd_not_to_be_run",)


def test_too_many_links_are_cut() -> None:
    many: Tree = {f"{OWN}/multi-user.target.wants/u{n}.service": Link("/x") for n in range(2000)}
    assert len(services(many).enabled) == 500


@given(
    some.dictionaries(
        some.text(alphabet="ab@.", min_size=1, max_size=6).map(
            lambda name: f"{OWN}/multi-user.target.wants/{name}.target"
        ),
        some.sampled_from([Link("/dev/null"), Link("../b.target"), Link("multi-user.target"), Link("")]),
        max_size=8,
    ),
    some.sampled_from(["multi-user.target", "", "..", "/", "default.target"]),
)
def test_any_links_give_an_answer(links: dict[str, Link], default: str) -> None:
    tree: Tree = {**DEBIAN, **links, f"{OWN}/default.target": Link(default)}
    tree |= {path.replace("multi-user.target.wants", "a.target.wants"): what for path, what in links.items()}
    assert read_services(files(tree)).kind == "systemd"
