"""Linux systems as their installers and cloud images lay them out, ready for the marketplace: nothing is wrong with them."""

from __future__ import annotations

from typing import Final

from tests.images.pieces import elf, initramfs
from tests.inspection.memory_tree import Held, Link

Content = dict[str, bytes | str | Held | Link | None]

ROOT_UUID: Final = "11111111-2222-3333-4444-555555555555"
BOOT_UUID: Final = "22222222-3333-4444-5555-666666666666"
ESP_ID: Final = "A1B2-C3D4"

# In the initial RAM disk, and on the disk beside it.
HYPER_V: Final = (
    "drivers/hv/hv_vmbus",
    "drivers/scsi/hv_storvsc",
    "drivers/net/hyperv/hv_netvsc",
    "drivers/hid/hid-hyperv",
    "drivers/input/serio/hyperv-keyboard",
    "drivers/nvme/host/nvme",
)
ON_DISK: Final = (
    *HYPER_V,
    "drivers/hv/hv_utils",
    "drivers/hv/hv_balloon",
    "fs/udf/udf",
    "fs/smb/client/cifs",
)
AZURE_LINE: Final = "console=tty1 console=ttyS0 earlyprintk=ttyS0 rootdelay=300"

_WAAGENT_CONF: Final = """\
Provisioning.Enabled=y
Provisioning.Agent=auto
Provisioning.DeleteRootPassword=y
Provisioning.RegenerateSshHostKeyPair=y
ResourceDisk.Format=n
ResourceDisk.EnableSwap=n
Logs.Verbose=n
OS.RootDeviceScsiTimeout=300
# AutoUpdate.Enabled=y
"""

_CLOUD_CFG: Final = """\
users:
  - default
disable_root: true
preserve_hostname: false
cloud_init_modules:
  - seed_random
  - growpart
"""

_AZURE_DATASOURCE: Final = """\
datasource_list: [ Azure ]
datasource:
  Azure:
    apply_network_config: False
"""

_SSHD_CONFIG: Final = """\
Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding no
ClientAliveInterval 180
PermitRootLogin prohibit-password
PasswordAuthentication no
Subsystem sftp /usr/lib/openssh/sftp-server
"""

_SUDOERS: Final = """\
Defaults env_reset
root ALL=(ALL:ALL) ALL
%sudo ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
"""


def _merged_usr() -> Content:
    return {name: Link(f"usr/{name[1:]}") for name in ("/bin", "/sbin", "/lib", "/lib64")} | {
        "/usr/bin/sh": elf(),
        "/usr/bin/bash": elf(),
        "/usr/sbin/sshd": elf(),
        "/usr/sbin/nologin": elf(),
        "/usr/lib/systemd/systemd": elf(),
        "/usr/sbin/init": Link("../lib/systemd/systemd"),
        "/usr/lib64/.keep": "",
        "/tmp": None,
        "/var/tmp": None,
        "/root": None,
        "/home": None,
        "/proc": None,
        "/dev": None,
        "/run": None,
        "/mnt": None,
    }


def _kernel(release: str, boot: str = "/boot", initrd: str = "initrd.img-{release}") -> Content:
    return {
        f"{boot}/vmlinuz-{release}": b"MZ" + b"\0" * 510 + b"HdrS" + b"\0" * 4096,
        f"{boot}/{initrd.format(release=release)}": initramfs(release, HYPER_V),
        f"{boot}/config-{release}": (
            "CONFIG_X86_64=y\nCONFIG_WATCHDOG=y\nCONFIG_CIFS=m\nCONFIG_VFAT_FS=y\nCONFIG_UDF_FS=m\nCONFIG_HYPERV=m\n"
        ),
        f"/usr/lib/modules/{release}/modules.builtin": "kernel/fs/fat/vfat.ko\nkernel/fs/fat/fat.ko\n",
        f"/usr/lib/modules/{release}/modules.dep": "".join(f"kernel/{name}.ko.zst:\n" for name in ON_DISK),
        **{f"/usr/lib/modules/{release}/kernel/{name}.ko.zst": b"\x28\xb5\x2f\xfd" for name in ON_DISK},
    }


def _accounts(log_group: str = "adm") -> Content:
    return {
        "/etc/passwd": (
            "root:x:0:0:root:/root:/bin/bash\n"
            "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
            "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin\n"
        ),
        "/etc/shadow": Held(
            "root:*:19900:0:99999:7:::\ndaemon:*:19900:0:99999:7:::\nsshd:!:19900::::::\n", 0o640
        ),
        "/etc/group": f"root:x:0:\n{log_group}:x:4:\nsudo:x:27:\n",
        "/etc/sudoers": Held(_SUDOERS, 0o440),
        "/etc/sudoers.d/README": Held("# Files here are read too.\n", 0o440),
    }


def _general() -> Content:
    return {
        "/etc/hostname": "localhost\n",
        "/etc/machine-id": "",
        "/etc/localtime": Link("/usr/share/zoneinfo/Etc/UTC"),
        "/usr/share/zoneinfo/Etc/UTC": b"TZif2" + b"\0" * 39,
        "/etc/resolv.conf": Link("../run/systemd/resolve/stub-resolv.conf"),
        "/etc/modprobe.d/azure.conf": "blacklist floppy\ninstall floppy /bin/true\n",
        "/etc/dhcp/dhclient.conf": "timeout 300;\nrequest subnet-mask, routers, domain-name;\n",
        "/etc/ssh/sshd_config": _SSHD_CONFIG,
        "/etc/waagent.conf": _WAAGENT_CONF,
        "/var/lib/waagent": None,
        "/var/log": None,
        "/etc/cloud/cloud.cfg": _CLOUD_CFG,
        "/etc/cloud/cloud.cfg.d/90-azure.cfg": _AZURE_DATASOURCE,
        "/usr/bin/cloud-init": "#!/usr/bin/python3\n",
        "/var/lib/cloud": None,
    }


def _units(ssh: str, agent: str, folder: str = "/usr/lib/systemd/system") -> Content:
    wants = "/etc/systemd/system/multi-user.target.wants"
    cloud = "/etc/systemd/system/cloud-init.target.wants"
    content: Content = {
        f"{folder}/multi-user.target": "[Unit]\nDescription=Multi-User System\n",
        f"{folder}/default.target": Link("multi-user.target"),
    }
    for name in (ssh, agent):
        content[f"{folder}/{name}.service"] = (
            "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        )
        content[f"{wants}/{name}.service"] = Link(f"{folder}/{name}.service")
    for name in ("cloud-init-local", "cloud-init", "cloud-config", "cloud-final"):
        content[f"{folder}/{name}.service"] = (
            "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=cloud-init.target\n"
        )
        content[f"{cloud}/{name}.service"] = Link(f"{folder}/{name}.service")
    return content


def dpkg(packages: dict[str, str]) -> str:
    """/var/lib/dpkg/status with these packages and versions."""
    return "\n".join(
        f"Package: {name}\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\n"
        f"Version: {version}\nDescription: {name}\n"
        for name, version in packages.items()
    )


def grub_cfg(release: str, line: str, root: str = ROOT_UUID, initrd: str = "initrd.img-{release}") -> str:
    """/boot/grub/grub.cfg as grub-mkconfig writes it, in short."""
    return f"""\
set default="0"
set timeout=0
menuentry 'Linux' --class gnu-linux $menuentry_id_option 'gnulinux-simple-{root}' {{
\tinsmod ext2
\tsearch --no-floppy --fs-uuid --set=root {root}
\tlinux\t/boot/vmlinuz-{release} root=UUID={root} ro {line}
\tinitrd\t/boot/{initrd.format(release=release)}
}}
"""


def ubuntu() -> Content:
    """Ubuntu Server 24.04 as its image for Azure."""
    release = "6.8.0-1052-azure"
    return {
        **_merged_usr(),
        **_accounts(),
        **_general(),
        **_units("ssh", "walinuxagent"),
        **_kernel(release),
        "/usr/lib/os-release": (
            'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'
        ),
        "/etc/os-release": Link("../usr/lib/os-release"),
        "/etc/fstab": f"UUID={ROOT_UUID} / ext4 discard,errors=remount-ro 0 1\nUUID={ESP_ID} /boot/efi vfat umask=0077 0 1\n",
        "/boot/efi": None,
        "/boot/grub/grub.cfg": grub_cfg(release, AZURE_LINE),
        "/etc/default/grub": 'GRUB_DEFAULT=0\nGRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX_DEFAULT=""\n',
        "/etc/default/grub.d/50-cloudimg-settings.cfg": f'GRUB_CMDLINE_LINUX_DEFAULT="{AZURE_LINE}"\n',
        "/usr/sbin/waagent": "#!/usr/bin/python3\n",
        "/usr/bin/python3.12": elf(),
        "/usr/bin/python3": Link("python3.12"),
        "/var/lib/dpkg/status": dpkg(
            {
                "walinuxagent": "2.11.1.4-0ubuntu0~24.04.1",
                "cloud-init": "25.1.4-0ubuntu0~24.04.1",
                "openssh-server": "1:9.6p1-3ubuntu13.13",
                "openssl": "3.0.13-0ubuntu3.5",
                "libssl3t64": "3.0.13-0ubuntu3.5",
                "python3": "3.12.3-0ubuntu2",
                "libc6": "2.39-0ubuntu8.5",
            }
        ),
    }


def debian() -> Content:
    """Debian 12, installed by hand and prepared for Azure."""
    release = "6.1.0-39-amd64"
    content = ubuntu()
    for path in [each for each in content if "6.8.0" in each or "/default/grub.d/" in each]:
        del content[path]
    return {
        **content,
        **_kernel(release),
        "/usr/lib/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
        "/etc/debian_version": "12.12\n",
        "/boot/grub/grub.cfg": grub_cfg(release, AZURE_LINE),
        "/etc/default/grub": f'GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX="{AZURE_LINE}"\n',
        "/etc/network/interfaces": "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n",
        "/usr/bin/python3.11": elf(),
        "/usr/bin/python3": Link("python3.11"),
        "/var/lib/dpkg/status": dpkg(
            {
                "waagent": "2.9.1.1-2",
                "cloud-init": "22.4.2-1+deb12u3",
                "openssh-server": "1:9.2p1-2+deb12u7",
                "openssl": "3.0.17-1~deb12u2",
                "libssl3": "3.0.17-1~deb12u2",
                "python3": "3.11.2-1+b1",
                "libc6": "2.36-9+deb12u13",
            }
        ),
    }


def rhel(packages: bytes) -> Content:
    """Red Hat Enterprise Linux 9 on XFS, with entries of the Boot Loader Specification; `packages`: its rpmdb.sqlite."""
    release = "5.14.0-570.52.1.el9_6.x86_64"
    initrd = "initramfs-{release}.img"
    general = {path: what for path, what in _general().items() if path != "/etc/dhcp/dhclient.conf"}
    return {
        **_merged_usr(),
        **_accounts("adm"),
        **general,
        **_units("sshd", "waagent"),
        **_kernel(release, initrd=initrd),
        "/etc/os-release": 'NAME="Red Hat Enterprise Linux"\nVERSION_ID="9.6"\nID="rhel"\nID_LIKE="fedora"\n'
        'PRETTY_NAME="Red Hat Enterprise Linux 9.6 (Plow)"\n',
        "/etc/redhat-release": "Red Hat Enterprise Linux release 9.6 (Plow)\n",
        "/etc/fstab": f"UUID={ROOT_UUID} / xfs defaults 0 0\n",
        "/boot/grub2/grub.cfg": 'set default="${saved_entry}"\nload_env\ninsmod blscfg\nblscfg\n',
        "/boot/grub2/grubenv": (
            f"# GRUB Environment Block\nsaved_entry=0123456789abcdef0123456789abcdef-{release}\n"
        ).ljust(1024, "#"),
        f"/boot/loader/entries/0123456789abcdef0123456789abcdef-{release}.conf": (
            f"title Red Hat Enterprise Linux ({release}) 9.6 (Plow)\nversion {release}\n"
            f"linux /boot/vmlinuz-{release}\ninitrd /boot/{initrd.format(release=release)}\n"
            f"options root=UUID={ROOT_UUID} ro {AZURE_LINE}\ngrub_users $grub_users\ngrub_class rhel\n"
        ),
        "/etc/default/grub": f'GRUB_CMDLINE_LINUX="{AZURE_LINE}"\nGRUB_ENABLE_BLSCFG=true\n',
        "/etc/sysconfig/network": "NETWORKING=yes\n",
        "/etc/NetworkManager/system-connections/eth0.nmconnection": Held(
            "[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=auto\ndhcp-timeout=300\n",
            0o600,
        ),
        "/etc/NetworkManager/conf.d/dhcp.conf": "[connection]\nipv4.dhcp-timeout=300\n",
        "/etc/selinux/config": "SELINUX=enforcing\nSELINUXTYPE=targeted\n",
        "/usr/sbin/waagent": "#!/usr/bin/python3\n",
        "/usr/bin/python3.9": elf(),
        "/usr/bin/python3": Link("python3.9"),
        "/var/lib/rpm/rpmdb.sqlite": packages,
    }


RHEL_PACKAGES: Final = {
    "WALinuxAgent": "2.11.1.4-2.el9_6",
    "cloud-init": "24.4-4.el9_6",
    "openssh-server": "8.7p1-45.el9",
    "openssl": "1:3.2.2-6.el9_5.1",
    "openssl-libs": "1:3.2.2-6.el9_5.1",
    "python3": "3.9.21-2.el9_6.2",
    "glibc": "2.34-168.el9_6.23",
    "NetworkManager": "1:1.52.0-5.el9_6",
}


def sles(packages: bytes) -> Content:
    """SUSE Linux Enterprise Server 15 with its configuration below /usr/etc; `packages`: its Packages.db."""
    release = "6.4.0-150700.20.15-azure"
    initrd = "initrd-{release}"
    content = rhel(b"")
    for path in [
        each
        for each in content
        if "el9" in each
        or each.startswith(("/boot/", "/etc/NetworkManager", "/var/lib/rpm", "/etc/redhat", "/etc/selinux"))
    ]:
        del content[path]
    del content["/etc/ssh/sshd_config"]
    return {
        **content,
        **_kernel(release, initrd=initrd),
        "/etc/os-release": 'NAME="SLES"\nVERSION="15-SP7"\nVERSION_ID="15.7"\nID="sles"\nID_LIKE="suse"\n'
        'PRETTY_NAME="SUSE Linux Enterprise Server 15 SP7"\n',
        "/boot/grub2/grub.cfg": grub_cfg(release, AZURE_LINE, initrd=initrd),
        "/usr/etc/ssh/sshd_config": _SSHD_CONFIG,
        "/etc/sysconfig/network/dhcp": 'DHCLIENT_SET_HOSTNAME="no"\nDHCLIENT_TIMEOUT="300"\n',
        "/etc/sysconfig/network/ifcfg-eth0": "BOOTPROTO='dhcp'\nSTARTMODE='auto'\n",
        "/etc/sysconfig/network": None,
        "/usr/lib/sysimage/rpm/Packages.db": packages,
    }


SLES_PACKAGES: Final = {
    "python-azure-agent": "2.12.0.4-150100.3.50.1",
    "cloud-init": "23.3-150100.8.85.4",
    "openssh-server": "9.6p1-150600.6.29.2",
    "openssl-3": "3.2.3-150700.5.15.1",
    "libopenssl3": "3.2.3-150700.5.15.1",
    "python3": "3.6.15-150300.10.97.1",
    "python311": "3.11.13-150600.3.35.1",
    "glibc": "2.38-150600.14.37.1",
}
