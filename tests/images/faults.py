"""Faults that people leave in an image, one by one: each takes a good system's files and spoils them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.images.linux_systems import HYPER_V, Content, dpkg
from tests.images.pieces import initramfs, swap_file
from tests.inspection.memory_tree import Held, Link

Fault = Callable[[Content], None]

PRIVATE_KEY: Final = "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n"
PUBLIC_KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPracticePracticePracticePracticePractice ada@desk\n"


def _text(content: Content, path: str) -> str:
    what = content[path]
    held = what.data if isinstance(what, Held) else what
    assert isinstance(held, str)
    return held


def _edit(content: Content, path: str, old: str, new: str) -> None:
    text = _text(content, path)
    assert old in text, (path, old)
    what = content[path]
    edited = text.replace(old, new)
    content[path] = Held(edited, what.mode) if isinstance(what, Held) else edited


def _add(content: Content, path: str, text: str) -> None:
    what, whole = content[path], _text(content, path) + text
    content[path] = Held(whole, what.mode) if isinstance(what, Held) else whole


def _ada(content: Content) -> None:
    """A person who built the image, as the installer makes one."""
    if "ada:" not in _text(content, "/etc/passwd"):
        _add(content, "/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n")
        _add(content, "/etc/shadow", "ada:!:20000:0:99999:7:::\n")
        content["/home/ada"] = None


def history(content: Content) -> None:
    content["/root/.bash_history"] = Held("mysql -u root -p\n" * 200, 0o600)


def old_agent(content: Content) -> None:
    _edit(content, "/var/lib/dpkg/status", "Version: 2.11.1.4-0ubuntu0~24.04.1", "Version: 2.2.40-0ubuntu1")


def no_agent_update(content: Content) -> None:
    _edit(content, "/etc/waagent.conf", "# AutoUpdate.Enabled=y", "AutoUpdate.Enabled=n")


def no_serial_console(content: Content) -> None:
    for path in ("/boot/grub/grub.cfg", "/etc/default/grub.d/50-cloudimg-settings.cfg"):
        _edit(content, path, "console=ttyS0 ", "")


def disks_by_old_drivers(content: Content) -> None:
    _edit(content, "/boot/grub/grub.cfg", "rootdelay=300", "rootdelay=300 libata.atapi_enabled=0")


def swap(content: Content) -> None:
    content["/swap.img"] = Held(swap_file(), 0o600)
    _add(content, "/etc/fstab", "/swap.img none swap sw 0 0\n")


def no_client_interval(content: Content) -> None:
    _edit(content, "/etc/ssh/sshd_config", "ClientAliveInterval 180\n", "")


def password(content: Content) -> None:
    _ada(content)
    _edit(content, "/etc/shadow", "ada:!:", "ada:$6$saltsalt$" + "x" * 86 + ":")


def authorized_key(content: Content) -> None:
    _ada(content)
    content["/home/ada/.ssh/authorized_keys"] = Held(PUBLIC_KEY, 0o600, 1000)


def root_may_log_in(content: Content) -> None:
    content["/etc/ssh/sshd_config.d/50-cloud.conf"] = (
        "# By the installer\nPasswordAuthentication no\nPermitRootLogin yes\n"
    )


def private_key(content: Content) -> None:
    _ada(content)
    content["/home/ada/.ssh/id_ed25519"] = Held(PRIVATE_KEY, 0o600, 1000)


def provisioned(content: Content) -> None:
    content["/var/lib/waagent/provisioned"] = "11111111-2222-3333-4444-555555555555"
    content["/var/lib/waagent/ovf-env.xml"] = "<Environment/>"


def cloud_init_state(content: Content) -> None:
    content["/var/lib/cloud/instances/i-1/user-data.txt"] = "#cloud-config\n"
    content["/var/lib/cloud/instance"] = Link("/var/lib/cloud/instances/i-1")
    content["/etc/machine-id"] = "0123456789abcdef0123456789abcdef\n"


def other_datasource(content: Content) -> None:
    _edit(content, "/etc/cloud/cloud.cfg.d/90-azure.cfg", "[ Azure ]", "[ NoCloud, None ]")


def agent_not_started(content: Content) -> None:
    del content["/etc/systemd/system/multi-user.target.wants/walinuxagent.service"]


def no_hyper_v_storage(content: Content) -> None:
    (path,) = (each for each in content if each.startswith("/boot/initrd.img-"))
    modules = [name for name in HYPER_V if "storvsc" not in name]
    content[path] = initramfs(path.partition("initrd.img-")[2], modules)


def no_udf(content: Content) -> None:
    content["/etc/modprobe.d/hardening.conf"] = "install udf /bin/false\nblacklist udf\n"


def fixed_network_card(content: Content) -> None:
    content["/etc/udev/rules.d/70-persistent-net.rules"] = (
        'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="00:15:5d:01:02:03", NAME="eth0"\n'
    )


def password_of_the_target(content: Content) -> None:
    content["/etc/sudoers.d/50-suse"] = Held("Defaults targetpw\nALL ALL=(ALL) ALL\n", 0o440)


def old_omi(content: Content) -> None:
    _add(content, "/var/lib/dpkg/status", "\n" + dpkg({"omi": "1.6.4-1"}))


def open_shadow(content: Content) -> None:
    content["/etc/shadow"] = Held(_text(content, "/etc/shadow"), 0o644)


FAULTS: Final[dict[str, Fault]] = {
    "LIN-01": history,
    "LIN-02": old_agent,
    "LIN-03": no_agent_update,
    "LIN-04": no_serial_console,
    "LIN-08": disks_by_old_drivers,
    "LIN-09": swap,
    "LIN-14": no_client_interval,
    "LIN-15": password,
    "LIN-16": authorized_key,
    "LIN-17": root_may_log_in,
    "LIN-18": private_key,
    "LIN-20": provisioned,
    "LIN-21": cloud_init_state,
    "LIN-22": other_datasource,
    "LIN-23": agent_not_started,
    "LIN-24": no_hyper_v_storage,
    "LIN-25": no_udf,
    "LIN-29": fixed_network_card,
    "LIN-31": password_of_the_target,
    "LIN-36": old_omi,
    "LIN-38": open_shadow,
}
"""The rule that finds it, and what spoils the image; for Ubuntu as in linux_systems.ubuntu."""


def spoilt(content: Content, *rules: str) -> Content:
    """The system with these faults in it, or with all of them."""
    found = dict(content)
    for rule in rules or tuple(FAULTS):
        FAULTS[rule](found)
    return found
