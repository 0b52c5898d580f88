"""Kernels, their modules, what forbids them, and which of them starts."""

from __future__ import annotations

import gzip
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.linux.test_initramfs import cpio
from tests.inspection.memory_tree import Held, Link, files
from wizard.inspection.found.kernel import InitialDisk, InstalledKernel, Kernel
from wizard.inspection.linux.kernel import read_kernel
from wizard.inspection.linux.kernel.modules import module_name
from wizard.results import from_json, to_json

Content = dict[str, bytes | str | Held | Link | None]

HYPER_V = (
    "hv/hv_vmbus",
    "scsi/hv_storvsc",
    "net/hyperv/hv_netvsc",
    "hid/hid-hyperv",
    "input/serio/hyperv-keyboard",
)
OLD, NEW = "6.1.0-9-amd64", "6.1.0-18-amd64"


def kernel(
    version: str, modules: tuple[str, ...] = HYPER_V, built_in: str = "kernel/fs/fat/vfat.ko\n"
) -> Content:
    """What a kernel's package and depmod leave below /lib/modules."""
    folder = f"/lib/modules/{version}"
    return {
        f"{folder}/modules.builtin": built_in,
        f"{folder}/modules.dep": "".join(
            f"kernel/drivers/{each}.ko.xz: kernel/x.ko.xz\n" for each in modules
        ),
        **{f"{folder}/kernel/drivers/{each}.ko.xz": b"x" for each in modules},
        f"/boot/vmlinuz-{version}": "",
    }


def packed(version: str, *modules: str) -> bytes:
    return gzip.compress(
        cpio("init", *(f"usr/lib/modules/{version}/kernel/drivers/{each}.ko" for each in modules))
    )


def grub(version: str, initrd: str = "") -> Content:
    disk = f"initrd /boot/{initrd}\n" if initrd else ""
    return {"/boot/grub/grub.cfg": f"menuentry a {{\nlinux /boot/vmlinuz-{version} root=x\n{disk}}}\n"}


def read(content: Content) -> Kernel:
    found = read_kernel(files(content))
    assert from_json(Kernel, to_json(found)) == found
    return found


def starting(content: Content) -> InstalledKernel:
    found = read(content).starts
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("kernel/drivers/hid/hid-hyperv.ko", "hid_hyperv"),
        ("hv_vmbus.ko.xz", "hv_vmbus"),
        ("a/hv_vmbus.ko.zst", "hv_vmbus"),
        ("a/hv_vmbus.ko.gz", "hv_vmbus"),
        ("a/hv_vmbus.ko.sig", ""),
        ("a/hv_vmbus.kos", ""),
        ("a/hv_vmbus", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_module(path: str, name: str) -> None:
    assert module_name(path) == name


def test_the_kernel_that_starts_is_that_of_the_boot_loader() -> None:
    both = {**kernel(OLD), **kernel(NEW)}
    found = read({**both, **grub(OLD)})
    assert [each.version for each in found.kernels] == [NEW, OLD]
    assert (found.default, found.chosen_by) == (OLD, "boot")
    found = read(both)
    assert (found.default, found.chosen_by) == (NEW, "newest")
    assert read({}) == Kernel()


@pytest.mark.parametrize(
    ("image", "more"),
    [
        (f"/boot/vmlinuz-{OLD}", {}),
        (f"/boot/Image-{OLD}", {f"/boot/Image-{OLD}": ""}),
        (f"/boot/0123/{OLD}/linux", {f"/boot/0123/{OLD}/linux": ""}),
        ("/vmlinuz", {"/vmlinuz": Link(f"boot/vmlinuz-{OLD}")}),
        (
            "/boot/vmlinuz-linux-lts",
            {"/boot/vmlinuz-linux-lts": "", f"/lib/modules/{OLD}/pkgbase": "linux-lts\n"},
        ),
    ],
)
def test_however_the_boot_loader_names_it(image: str, more: Content) -> None:
    entry = {"/boot/grub/grub.cfg": f"menuentry a {{\nlinux {image} root=x\n}}\n"}
    assert read({**kernel(OLD), **kernel(NEW), **entry, **more}).default == OLD


def test_a_folder_that_a_removed_kernel_left_is_no_kernel() -> None:
    assert [each.version for each in read({**kernel(OLD), "/lib/modules/9.9.9/modules.dep": ""}).kernels] == [
        OLD
    ]


def test_modules_in_the_kernel_and_on_disk() -> None:
    content = {
        **kernel(
            OLD,
            (*HYPER_V, "block/floppy", "other/one"),
            "kernel/fs/fat/vfat.ko\nkernel/drivers/hid/hid-hyperv.ko\n",
        )
    }
    del content[f"/lib/modules/{OLD}/kernel/drivers/block/floppy.ko.xz"]  # listed, but not there
    found = starting(content)
    assert found.built_in == ("hid_hyperv", "vfat")
    assert found.on_disk == ("hid_hyperv", "hv_netvsc", "hv_storvsc", "hv_vmbus", "hyperv_keyboard")
    assert starting({f"/lib/modules/{OLD}/kernel/x": ""}).built_in is None
    assert starting({f"/lib/modules/{OLD}/kernel/x": ""}).on_disk is None


@pytest.mark.parametrize(
    ("name", "entry_names_it"),
    [
        (f"initrd.img-{OLD}", False),
        (f"initramfs-{OLD}.img", False),
        (f"initrd-{OLD}", False),
        ("initramfs-linux.img", True),
    ],
)
def test_the_initial_disk_of_the_kernel_that_starts(name: str, entry_names_it: bool) -> None:
    data = packed(OLD, *HYPER_V, "nvme/host/nvme", "other/one")
    content = {**kernel(OLD), **grub(OLD, name if entry_names_it else ""), f"/boot/{name}": data}
    assert starting(content).initial_disk == InitialDisk(
        f"/boot/{name}",
        len(data),
        "gzip",
        ("hid_hyperv", "hv_netvsc", "hv_storvsc", "hv_vmbus", "hyperv_keyboard", "nvme"),
    )


def test_modules_of_another_kernel_do_not_count() -> None:
    content = {**kernel(OLD), f"/boot/initrd.img-{OLD}": packed(NEW, *HYPER_V)}
    disk = starting(content).initial_disk
    assert disk is not None
    assert (disk.modules, disk.whole) == ((), True)


def test_a_kernel_without_an_initial_disk() -> None:
    assert starting(kernel(OLD)).initial_disk is None


def test_two_initial_disks_of_one_entry() -> None:
    entry = {
        "/boot/grub/grub.cfg": f"menuentry a {{\nlinux /boot/vmlinuz-{OLD}\ninitrd /boot/ucode.img /boot/a.img\n}}\n"
    }
    content = {
        **kernel(OLD),
        **entry,
        "/boot/ucode.img": cpio("kernel/x86"),
        "/boot/a.img": packed(OLD, "hv/hv_vmbus"),
    }
    disk = starting(content).initial_disk
    assert disk is not None
    assert (disk.file, disk.packed, disk.modules) == ("/boot/a.img", "cpio+gzip", ("hv_vmbus",))


@pytest.mark.parametrize(
    ("data", "whole", "why"),
    [
        (packed(OLD, *HYPER_V)[:-20], False, "damaged"),
        (b"\x89LZO" + bytes(50), False, "unknown"),
        # What is spoilt stands behind everything that was looked for.
        (packed(OLD, *HYPER_V, "nvme/host/nvme") + b"junk", True, ""),
    ],
)
def test_an_initial_disk_that_cannot_be_read_to_its_end(data: bytes, whole: bool, why: str) -> None:
    disk = starting({**kernel(OLD), f"/boot/initrd.img-{OLD}": data}).initial_disk
    assert disk is not None
    assert (disk.whole, disk.why) == (whole, why)


def test_the_options_of_the_kernel() -> None:
    config = "CONFIG_HYPERV=m\n# CONFIG_CIFS is not set\nCONFIG_OTHER=y\nCONFIG_WATCHDOG=y\n"
    found = starting({**kernel(OLD), f"/boot/config-{OLD}": config})
    assert [(each.name, each.value, each.line) for each in found.options] == [
        ("CONFIG_HYPERV", "m", 1),
        ("CONFIG_CIFS", "n", 2),
        ("CONFIG_WATCHDOG", "y", 4),
    ]
    assert found.option("CONFIG_UDF_FS") is None


def test_what_the_image_says_of_itself() -> None:
    text = b"4.9.0-9-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 4.9.168-1+deb9u3 (2019-06-16)\0"
    image = bytearray(0x400) + text
    image[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", image, 0x20E, 0x200)
    found = starting({**kernel(OLD), f"/boot/vmlinuz-{OLD}": bytes(image)})
    assert found.banner.endswith("Debian 4.9.168-1+deb9u3 (2019-06-16)")
    assert starting(kernel(OLD)).banner == ""


@pytest.mark.parametrize(
    ("content", "bans"),
    [
        (
            {"/etc/modprobe.d/a.conf": "blacklist floppy\n"},
            [("floppy", "blacklist", "/etc/modprobe.d/a.conf", 1)],
        ),
        (
            {"/etc/modprobe.d/a.conf": "#blacklist floppy\n\n blacklist  hid-hyperv \n"},
            [("hid_hyperv", "blacklist", "/etc/modprobe.d/a.conf", 3)],
        ),
        (
            {"/usr/lib/modprobe.d/a.conf": "install udf /bin/true\n"},
            [("udf", "install", "/usr/lib/modprobe.d/a.conf", 1)],
        ),
        (
            {"/etc/modprobe.d/a.conf": "install vfat /usr/bin/false\n"},
            [("vfat", "install", "/etc/modprobe.d/a.conf", 1)],
        ),
        ({"/etc/modprobe.d/a.conf": "alias fs-udf off\n"}, [("udf", "alias", "/etc/modprobe.d/a.conf", 1)]),
        ({"/etc/modprobe.d/a.conf": "install udf /sbin/modprobe --ignore-install udf && echo\n"}, []),
        ({"/etc/modprobe.d/a.conf": "blacklist other\noptions floppy x=1\nblacklist\n"}, []),
        ({"/etc/modprobe.d/a.txt": "blacklist floppy\n"}, []),
        ({"/etc/modprobe.d/a.conf": Link("/dev/null"), "/lib/modprobe.d/a.conf": "blacklist udf\n"}, []),
    ],
)
def test_what_forbids_a_module(content: Content, bans: list[tuple[str, str, str, int]]) -> None:
    found = read(content)
    assert [(each.module, each.kind, each.file, each.line) for each in found.bans] == bans


@given(st.binary(max_size=300), st.text(max_size=100))
def test_any_content_ends_in_an_answer(data: bytes, text: str) -> None:
    found = read(
        {
            **kernel(OLD),
            f"/lib/modules/{OLD}/modules.dep": data,
            f"/lib/modules/{OLD}/modules.builtin": text,
            f"/boot/config-{OLD}": text,
            f"/boot/vmlinuz-{OLD}": data,
            f"/boot/initrd.img-{OLD}": data,
            "/etc/modprobe.d/a.conf": text,
        }
    )
    assert found.default == OLD
