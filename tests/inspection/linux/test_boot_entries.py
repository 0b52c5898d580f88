"""What the kernel will really get, from the configuration of GRUB 2, the Boot Loader Specification, systemd-boot and old GRUB."""

from __future__ import annotations

import struct

import pytest

from tests.inspection.memory_tree import Held, Link, MemoryTree, files
from wizard.inspection.found.boot import Boot, BootEntry
from wizard.inspection.linux.boot import read_boot
from wizard.results import from_json, to_json

Content = dict[str, bytes | str | Held | Link | None]

GRUB = "/boot/grub/grub.cfg"
GRUB2 = "/boot/grub2/grub.cfg"
ID = "0123456789abcdef0123456789abcdef"


def env(**values: str) -> str:
    """A grubenv as grub-editenv writes it."""
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    return ("# GRUB Environment Block\n" + lines).ljust(1024, "#")


HEADER = """\
if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="DEFAULT"
fi

if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod vbe
  fi
}
if loadfont unicode ; then
  set gfxmode=auto
fi
"""
MENU = """\
menuentry 'Debian GNU/Linux' --class debian --class os $menuentry_id_option 'gnulinux-simple-UUID' {
\tload_video
\tif [ x$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi
\tset root='hd0,gpt1'
\techo\t'Loading Linux 6.1.0-2-amd64 ...'
\tlinux\t/boot/vmlinuz-6.1.0-2-amd64 root=UUID=aa ro  quiet
\tinitrd\t/boot/initrd.img-6.1.0-2-amd64
}
submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-UUID' {
\tmenuentry 'Debian GNU/Linux, with Linux 6.1.0-2-amd64' --class os $menuentry_id_option 'gnulinux-6.1.0-2-advanced' {
\t\tlinux\t/boot/vmlinuz-6.1.0-2-amd64 root=UUID=aa ro  two
\t}
\tmenuentry 'Debian GNU/Linux, with Linux 6.1.0-2-amd64 (recovery mode)' --class os --id 'gnulinux-6.1.0-2-recovery' {
\t\tlinux\t/boot/vmlinuz-6.1.0-2-amd64 root=UUID=aa ro single
\t}
\tmenuentry 'Debian GNU/Linux, with Linux 6.1.0-1-amd64' $menuentry_id_option 'gnulinux-6.1.0-1-advanced' {
\t\tlinux\t/boot/vmlinuz-6.1.0-1-amd64 root=UUID=aa ro one
\t}
}
menuentry "Memory test" {
\tlinux16 /boot/memtest86+.bin
}
"""


def grub_cfg(default: str = "0", menu: str = MENU) -> str:
    return HEADER.replace("DEFAULT", default) + menu


def boot(content: Content) -> Boot:
    found = read_boot(files(content))
    assert from_json(Boot, to_json(found)) == found
    return found


def default(content: Content) -> BootEntry:
    (entry,) = boot(content).default_entries
    return entry


def test_a_menu_as_debian_writes_it() -> None:
    found = boot({GRUB: grub_cfg(), "/boot/initrd.img-6.1.0-2-amd64": ""})
    assert found.loader == "grub2"
    assert found.files == (GRUB,)
    assert [each.options for each in found.entries] == [
        "root=UUID=aa ro quiet",
        "root=UUID=aa ro two",
        "root=UUID=aa ro single",
        "root=UUID=aa ro one",
        "",
    ]
    assert [each.rescue for each in found.entries] == [False, False, True, False, False]
    first = found.default
    assert first is not None
    assert first is found.entries[0]
    assert (first.title, first.kernel) == ("Debian GNU/Linux", "/boot/vmlinuz-6.1.0-2-amd64")
    assert first.initial_disks == ("/boot/initrd.img-6.1.0-2-amd64",)
    assert str(first.where).startswith(f"{GRUB} line 35: root=UUID=aa ro quiet")
    assert "linux\t" in grub_cfg().splitlines()[first.line - 1]


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("0", "quiet"),
        ("1", "two"),
        ("1>0", "two"),
        ("1>2", "one"),
        ("1>9", "two"),
        ("9", "quiet"),
        ("Debian GNU/Linux", "quiet"),
        ("gnulinux-simple-UUID", "quiet"),
        ("gnulinux-advanced-UUID>gnulinux-6.1.0-1-advanced", "one"),
        ("Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux 6.1.0-1-amd64", "one"),
        ("gnulinux-6.1.0-1-advanced", "quiet"),
        ("nothing of that name", "quiet"),
        ("", "quiet"),
    ],
)
@pytest.mark.parametrize("saved", [False, True])
def test_the_default_is_said_by_place_title_or_id(said: str, starts: str, saved: bool) -> None:
    content: Content = {GRUB: grub_cfg("${saved_entry}" if saved else said)}
    if saved:
        content["/boot/grub/grubenv"] = env(saved_entry=said)
    assert default(content).options.split()[-1] == starts


def test_an_entry_for_the_next_start_only_counts() -> None:
    content: Content = {GRUB: grub_cfg(), "/boot/grub/grubenv": env(next_entry="1>2")}
    assert default(content).options.endswith("one")


def test_the_command_line_of_ubuntu_on_azure_that_starts_without_an_initial_disk() -> None:
    menu = """\
if [ "${initrdfail}" = 2 ]; then
   set initrdfail=
elif [ "${initrdfail}" = 1 ]; then
   set next_entry="${prev_entry}"
else
   set initrdfail=
fi
function initrdfail {
    if [ -n "${have_grubenv}" ]; then if [ -n "${partuuid}" ]; then
      set initrdfail=1
    fi; fi
}
function gfxmode {
\tset gfxpayload="${1}"
\tif [ "${1}" = "keep" ]; then
\t\tset vt_handoff=vt.handoff=7
\telse
\t\tset vt_handoff=
\tfi
}
menuentry 'Ubuntu' $menuentry_id_option 'simple' {
\tgfxmode $linux_gfx_mode
\tif [ "${initrdfail}" = 1 ]; then
\t  echo 'GRUB_FORCE_PARTUUID set, initrdless boot failed.'
\t  linux\t/boot/vmlinuz-5.15.0-1034-azure root=PARTUUID=aa ro with-disk
\t  initrd\t/boot/initrd.img-5.15.0-1034-azure
\telse
\t  linux\t/boot/vmlinuz-5.15.0-1034-azure root=PARTUUID=aa ro  console=tty1 console=ttyS0 panic=-1 $vt_handoff
\t  # initrd is not used
\tfi
\tinitrdfail
}
"""
    entry = default({GRUB: grub_cfg(menu=menu)})
    assert entry.options == "root=PARTUUID=aa ro console=tty1 console=ttyS0 panic=-1"
    assert entry.initial_disks == ()


RHEL8 = """\
set pager=1
if [ -f ${config_directory}/grubenv ]; then
  load_env -f ${config_directory}/grubenv
elif [ -s $prefix/grubenv ]; then
  load_env
fi
set default="${saved_entry}"
if [ -z "${kernelopts}" ]; then
  set kernelopts="root=UUID=aa ro from-the-script "
fi
insmod blscfg
blscfg
menuentry 'Something of 40_custom' { linux /vmlinuz-9 custom }
"""


def bls(version: str, options: str = "$kernelopts $tuned_params", identity: str = ID) -> Content:
    return {
        f"/boot/loader/entries/{identity}-{version}.conf": f"title Red Hat Enterprise Linux ({version}) 8.10 (Ootpa)\n"
        f"version {version}\nlinux /vmlinuz-{version}\ninitrd /initramfs-{version}.img $tuned_initrd\n"
        f"options {options}\nid rhel-20240101-{version}\ngrub_users $grub_users\ngrub_class kernel\n",
        f"/boot/vmlinuz-{version}": "",
        f"/boot/initramfs-{version}.img": "",
    }


OLD, NEW = "4.18.0-80.el8.x86_64", "4.18.0-553.el8_10.x86_64"


def test_entries_of_the_boot_loader_specification_as_red_hat_writes_them() -> None:
    content: Content = {
        GRUB2: RHEL8,
        "/boot/grub2/grubenv": env(
            saved_entry=f"{ID}-{NEW}", kernelopts="root=UUID=aa ro console=ttyS0", tuned_params="skew_tick=1"
        ),
        **bls(OLD),
        **bls(NEW),
        **bls("0-rescue", identity=ID),
    }
    found = boot(content)
    assert [each.kernel for each in found.entries[:3]] == [
        f"/boot/vmlinuz-{NEW}",
        f"/boot/vmlinuz-{OLD}",
        "/boot/vmlinuz-0-rescue",
    ]
    assert [each.rescue for each in found.entries[:3]] == [False, False, True]
    entry = found.default
    assert entry is not None
    assert entry.options == "root=UUID=aa ro console=ttyS0 skew_tick=1"
    assert (entry.file, entry.line) == (f"/boot/loader/entries/{ID}-{NEW}.conf", 5)
    assert entry.configuration == GRUB2
    assert entry.initial_disks == (f"/boot/initramfs-{NEW}.img",)
    assert found.entries[-1].options == "custom"


@pytest.mark.parametrize(
    ("block", "options", "version"),
    [
        ("", "root=UUID=aa ro from-the-script", NEW),
        (env(saved_entry=f"{ID}-{OLD}"), "root=UUID=aa ro from-the-script", OLD),
        (env(saved_entry="gone", kernelopts="root=LABEL=x"), "root=LABEL=x", NEW),
        (env(saved_entry="1", kernelopts="root=LABEL=x"), "root=LABEL=x", OLD),
    ],
)
def test_the_environment_block_decides(block: str, options: str, version: str) -> None:
    entry = default({GRUB2: RHEL8, "/boot/grub2/grubenv": block, **bls(OLD), **bls(NEW)})
    assert (entry.options, entry.kernel) == (options, f"/boot/vmlinuz-{version}")


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (("5.14.0-70.el9.x86_64", "5.14.0-570.el9.x86_64"), "5.14.0-570.el9.x86_64"),
        (("6.9.12-200.fc40.x86_64", "6.10.3-200.fc40.x86_64"), "6.10.3-200.fc40.x86_64"),
        (("6.10.0-0.rc1.fc41", "6.10.0-1.fc41"), "6.10.0-1.fc41"),
    ],
)
def test_the_newest_entry_comes_first_as_rpm_compares(names: tuple[str, ...], first: str) -> None:
    content: Content = {GRUB2: RHEL8}
    for name in names:
        content.update(bls(name))
    assert default(content).kernel == f"/boot/vmlinuz-{first}"


def test_the_small_configuration_on_the_efi_partition_leads_to_the_other() -> None:
    small = (
        "search --no-floppy --fs-uuid --set=dev aa\nset prefix=($dev)/grub2\nexport $prefix\n"
        "configfile $prefix/grub.cfg\n"
    )
    content: Content = {"/boot/efi/EFI/redhat/grub.cfg": small, GRUB2: grub_cfg()}
    found = boot(content)
    assert len(found.default_entries) == 1
    del content[GRUB2]
    content["/boot/grub2/grub.cfg"] = grub_cfg("1>2")
    assert default(content).options.endswith("one")


def test_bios_and_efi_may_have_their_own_configuration() -> None:
    found = boot({"/boot/efi/EFI/centos/grub.cfg": grub_cfg("1>2"), GRUB2: grub_cfg()})
    assert [(each.configuration, each.options.split()[-1]) for each in found.default_entries] == [
        (GRUB2, "quiet"),
        ("/boot/efi/EFI/centos/grub.cfg", "one"),
    ]


def test_a_boot_partition_of_its_own() -> None:
    root = {"/boot": None, "/etc/hostname": "x"}
    own = MemoryTree(
        {
            "/grub2/grub.cfg": "menuentry a { linux ($root)/vmlinuz-1 root=/dev/sda2\ninitrd /initramfs-1.img\n}\n",
            "/vmlinuz-1": "",
            "/initramfs-1.img": "",
        }
    )
    entry = read_boot(files(root, {"/boot": own})).default
    assert entry is not None
    assert (entry.kernel, entry.initial_disks) == ("/boot/vmlinuz-1", ("/boot/initramfs-1.img",))


def test_a_configuration_that_names_its_kernel_by_variables() -> None:
    """As CBL-Mariner has it."""
    content: Content = {
        GRUB2: "set bootprefix=/boot\nload_env -f $bootprefix/mariner.cfg\nset rootdevice=PARTUUID=aa\n"
        'menuentry "CBL-Mariner" {\n\tlinux $bootprefix/$mariner_linux root=$rootdevice $mariner_cmdline $kernelopts\n'
        "\tif [ -f $bootprefix/$mariner_initrd ]; then\n\t\tinitrd $bootprefix/$mariner_initrd\n\tfi\n}\n",
        "/boot/mariner.cfg": "# GRUB Environment Block\nmariner_cmdline=init=/lib/systemd/systemd ro console=ttyS0\n"
        "mariner_linux=vmlinuz-5.15\nmariner_initrd=initrd.img-5.15\n",
        "/boot/vmlinuz-5.15": "",
        "/boot/initrd.img-5.15": "",
    }
    entry = default(content)
    assert entry.options == "root=PARTUUID=aa init=/lib/systemd/systemd ro console=ttyS0"
    assert entry.initial_disks == ("/boot/initrd.img-5.15",)


def test_a_menu_that_is_not_there_or_starts_no_linux() -> None:
    assert boot({}) == Boot()
    assert boot({GRUB: "set default=0\nmenuentry x { chainloader +1 }\n"}).entries == ()
    assert boot({GRUB: "linux /vmlinuz a=b\nboot\n"}).default_entries[0].options == "a=b"


def systemd_entry(name: str, **values: str) -> Content:
    text = "".join(f"{key.replace('_', '-')} {value}\n" for key, value in values.items())
    return {f"/boot/efi/loader/entries/{name}.conf": text}


@pytest.mark.parametrize(
    ("conf", "starts"),
    [
        ("timeout 3\n", "6.10"),
        ("default old*\n", "6.9"),
        ("default old.conf\n", "6.9"),
        ("default OLD\n", "6.9"),
        ("default @saved\n", "6.10"),
        ("default nothing\n", "6.10"),
    ],
)
def test_systemd_boot(conf: str, starts: str) -> None:
    content: Content = {
        "/boot/efi/loader/loader.conf": conf,
        **systemd_entry(
            "old+3-1", title="Old", version="6.9", sort_key="x", linux="/a/6.9/linux", options="v=6.9"
        ),
        **systemd_entry(
            "new", title="New", version="6.10", sort_key="x", linux="/a/6.10/linux", options="v=6.10"
        ),
    }
    found = boot(content)
    assert found.loader == "systemd-boot"
    assert default(content).options == f"v={starts}"


def unified(parts: dict[str, bytes]) -> bytes:
    """A unified kernel image, as far as it is looked at."""
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, len(parts), 0, 0, 0, 0, 0)
    at = 1024
    table, data = b"", b""
    for name, content in parts.items():
        table += struct.pack("<8sIIII16x", name.encode(), len(content), 0, len(content), at + len(data))
        data += content
    return (head + coff + table).ljust(at, b"\0") + data


def test_a_unified_kernel_image_brings_its_own_command_line() -> None:
    image = unified(
        {".linux": b"k", ".uname": b"6.12.0", ".cmdline": b"console=ttyS0 ro\n\0", ".initrd": b"d"}
    )
    entry = default({"/boot/efi/EFI/Linux/x-6.12.0.efi": image})
    assert (entry.options, entry.kernel) == ("console=ttyS0 ro", "/boot/efi/EFI/Linux/x-6.12.0.efi")
    assert boot({"/boot/efi/EFI/Linux/x.efi": unified({".text": b"k"})}).entries == ()
    assert boot({"/boot/efi/EFI/Linux/x.efi": image[:80]}).entries == ()


LEGACY = """\
default=1
timeout 5
#title Commented out
title CentOS (2.6.32-754.el6.x86_64)
\troot (hd0,0)
\tkernel /vmlinuz-2.6.32-754.el6.x86_64 ro root=/dev/sda1 rhgb
\tinitrd /initramfs-2.6.32-754.el6.x86_64.img
title CentOS (2.6.32-431.el6.x86_64)
\troot (hd0,0)
\tkernel --no-mem-option /vmlinuz-2.6.32-431.el6.x86_64 ro numa=off
"""


@pytest.mark.parametrize(
    ("text", "options"),
    [(LEGACY, "ro numa=off"), (LEGACY.replace("default=1", "default 0"), "ro root=/dev/sda1 rhgb")],
)
def test_grub_before_2(text: str, options: str) -> None:
    content: Content = {"/boot/grub/grub.conf": text, "/boot/grub/menu.lst": Link("./grub.conf")}
    found = boot(content)
    assert (found.loader, found.files, len(found.entries)) == ("grub-legacy", ("/boot/grub/grub.conf",), 2)
    assert default(content).options == options


def test_grub_2_goes_before_an_old_menu_that_is_left() -> None:
    assert boot({"/boot/grub/menu.lst": LEGACY, GRUB: grub_cfg()}).loader == "grub2"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("root=/dev/sda1 ro quiet", "root=/dev/sda1 ro quiet"),
        ("ks.password=hunter2 ro", "ks.password=… ro"),
        ("systemd.setenv=API_TOKEN=abc ro", "systemd.setenv=API_TOKEN=… ro"),
        ("ds=nocloud;s=http://me:secret@host/ ro", "ds=nocloud"),
        ("netroot=iscsi:me:secret@10.0.0.1::: ro", "netroot=iscsi:…@10.0.0.1::: ro"),
        ("ds=nocloud-net s=https://me:hush@host/ ro", "ds=nocloud-net s=https://…@host/ ro"),
    ],
)
def test_no_secret_of_a_command_line_is_kept(line: str, kept: str) -> None:
    assert default({GRUB: f"menuentry a {{\nlinux /vmlinuz {line}\n}}\n"}).options == kept


@pytest.mark.parametrize(
    ("option", "has"),
    [
        ("console=ttyS0", True),
        ("quiet", True),
        ("console=tty", False),
        ("qui", False),
        ("console=tty1", True),
        ("b c", False),
    ],
)
def test_an_option_is_a_whole_part_of_the_line_or_one_before_a_comma(option: str, has: bool) -> None:
    entry = BootEntry(options='root=x console=tty1 console=ttyS0,115200n8 a="b c quiet2" quiet')
    assert entry.has(option) is has
    assert entry.values("a") == ("b c quiet2",)


@pytest.mark.parametrize(
    "script",
    [
        "function f { f\n}\nf\nmenuentry a { linux /k x\n}",
        "function f { submenu a { f\n}\n}\nf",
        "source /boot/grub/grub.cfg\nmenuentry a { linux /k x\n}",
        "configfile /boot/grub/grub.cfg",
        "set a=xxxxxxxxxx\n" + "set a=$a$a$a$a\n" * 50 + "menuentry $a { linux /k $a\n}",
        "if [ a ]; then " * 5000,
        "menuentry a { " * 5000,
        "for x in " + "y " * 2000 + "; do for z in " + "y " * 2000 + "; do set q=$q$x; done; done",
        "menuentry a { linux /k x\n}\n" * 5000,
        "! " * 5000 + "true",
        "linux /k " + "$a" * 100_000,
        "'" * 99_999,
        '"' * 99_999,
        "while true; do set a=b; done\nmenuentry a { linux /k x\n}",
    ],
)
def test_a_script_made_to_harm_ends(script: str) -> None:
    found = boot({GRUB: script})
    assert len(found.entries) <= 512
