"""What the next update of the boot loader will make of the kernel command line."""

from __future__ import annotations

import pytest

from tests.inspection.linux.test_boot_entries import Content, boot
from wizard.inspection.found.boot import BootDefaults

DEFAULTS = "/etc/default/grub"
PARTS = "/etc/default/grub.d"


def made(content: Content) -> BootDefaults:
    defaults = boot(content).defaults
    assert defaults is not None
    return defaults


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('GRUB_CMDLINE_LINUX_DEFAULT="quiet splash"\nGRUB_CMDLINE_LINUX=""\n', "quiet splash"),
        ('GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX_DEFAULT=b\n', "a b"),
        ("GRUB_CMDLINE_LINUX='a $b'\n", "a $b"),
        ('export GRUB_CMDLINE_LINUX="a"\n', "a"),
        ('# GRUB_CMDLINE_LINUX="a"\nGRUB_TIMEOUT=1\n', ""),
        ('GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX="b"\n', "b"),
        ('GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX b"\n', "a b"),
        ('GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX="${GRUB_CMDLINE_LINUX} b"\n', "a b"),
        ('GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX+=" b"\n', "a b"),
        ('X=1\nGRUB_CMDLINE_LINUX="a=$X"\n', "a=1"),
        ('GRUB_CMDLINE_LINUX="a \\\nb"\n', "a b"),
        ('GRUB_CMDLINE_LINUX="dyndbg=\\"file x +p\\""\n', 'dyndbg="file x +p"'),
        ("GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`\nGRUB_CMDLINE_LINUX=a\n", "a"),
        ("GRUB_CMDLINE_LINUX=$(cat\n", "$(cat"),
    ],
)
def test_the_settings_of_grub_mkconfig(text: str, options: str) -> None:
    found = made({DEFAULTS: text})
    assert (found.options, found.kind) == (options, "grub")
    assert found.whole is ("$(" not in options)


def test_a_later_part_sets_it_anew_as_in_ubuntus_images() -> None:
    found = made(
        {
            DEFAULTS: 'GRUB_CMDLINE_LINUX_DEFAULT="quiet splash"\nGRUB_CMDLINE_LINUX=""\n',
            f"{PARTS}/40-force-partuuid.cfg": 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX panic=-1"\n',
            f"{PARTS}/50-cloudimg-settings.cfg": "# Cloud Image specific\n"
            'GRUB_CMDLINE_LINUX_DEFAULT="console=tty1 console=ttyS0 earlyprintk=ttyS0"\n',
            f"{PARTS}/60-off.disabled": 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\n',
        }
    )
    assert found.options.split() == ["panic=-1", "console=tty1", "console=ttyS0", "earlyprintk=ttyS0"]
    assert [(each.file.rpartition("/")[2], each.line) for each in found.lines] == [
        ("grub", 1),
        ("grub", 2),
        ("40-force-partuuid.cfg", 1),
        ("50-cloudimg-settings.cfg", 2),
    ]


@pytest.mark.parametrize(
    ("script", "options"),
    [
        (". ${sysconfdir}/default/grub\nfor x in ${sysconfdir}/default/grub.d/*.cfg ; do\n", "b"),
        (". ${sysconfdir}/default/grub\n", "a"),
        (None, "b"),
    ],
)
def test_parts_count_where_the_images_own_program_reads_them(script: str | None, options: str) -> None:
    content: Content = {DEFAULTS: "GRUB_CMDLINE_LINUX=a\n", f"{PARTS}/x.cfg": "GRUB_CMDLINE_LINUX=b\n"}
    if script is not None:
        content["/usr/sbin/grub2-mkconfig"] = script
    assert made(content).options == options


BLS: Content = {
    "/boot/grub2/grub.cfg": "blscfg\n",
    "/boot/loader/entries/a-6.1-1.conf": "linux /vmlinuz-6.1\noptions root=x\n",
}


def test_where_entries_are_files_kernel_install_makes_new_ones() -> None:
    line = {"/etc/kernel/cmdline": "# by the installer\nroot=x ro\n"}
    defaults: Content = {DEFAULTS: "GRUB_CMDLINE_LINUX=a\n"}
    found = made({**BLS, **defaults, **line})
    assert (found.kind, found.options, found.lines[0].line) == ("kernel-install", "root=x ro", 2)
    assert made({**BLS, **defaults}).options == "a"
    written: Content = {"/boot/grub/grub.cfg": "menuentry a { linux /k x\n}\n"}
    assert made({**written, **defaults, **line}).options == "a"


def test_without_settings_nothing_is_known() -> None:
    assert boot({}).defaults is None
    assert boot(BLS).defaults is None


def test_no_secret_of_the_settings_is_kept() -> None:
    found = made({DEFAULTS: 'GRUB_CMDLINE_LINUX="ro my.password=hunter2"\n'})
    assert "hunter2" not in repr(found)
