"""Links are followed inside the image only, circles and depth end, and the budget is kept."""

from __future__ import annotations

import pytest

from tests.inspection.memory_tree import Link, MemoryTree, files
from wizard.inspection.system_files import Budget, Files, TooMuchError


def test_links_are_followed_inside_the_image() -> None:
    found = files(
        {
            "/usr/lib/os-release": "ID=debian\n",
            "/etc/os-release": Link("../usr/lib/os-release"),
            "/etc/far": Link("/../../../etc/os-release"),
            "/lib": Link("usr/lib"),
        }
    )

    assert found.text("/etc/os-release") == "ID=debian\n"
    assert found.text("/etc/far") == "ID=debian\n"
    assert found.real_path("/lib/os-release") == "/usr/lib/os-release"
    assert found.find("/etc/os-release", follow=False) is not None
    assert found.real_path("/etc/nothing") is None


def test_links_in_circles_lead_nowhere() -> None:
    found = files({"/a": Link("b"), "/b": Link("a"), "/c/d": Link("../c/d/e")})

    assert found.find("/a") is None
    assert found.find("/c/d/e") is None


def test_a_path_of_a_hundred_thousand_parts_leads_nowhere() -> None:
    found = files({"/x": None, "/long": Link("x/../" * 100_000 + "x")})

    assert found.find("/" + "x/../" * 100_000 + "x") is None
    assert found.find("/long") is None


def test_another_file_system_is_entered_where_it_is_mounted() -> None:
    boot = MemoryTree({"/grub/grub.cfg": "set timeout=0\n"})
    found = files({"/boot": None, "/boot.lnk": Link("/boot/grub")}, {"/boot": boot})

    assert found.lines("/boot/grub/grub.cfg") == ("set timeout=0",)
    assert found.names("/boot.lnk") == ("grub.cfg",)
    assert [path for path, _ in found.walk("/")] == ["/boot", "/boot.lnk"]


def test_a_file_system_without_a_folder_to_mount_it_on_is_entered_by_its_name() -> None:
    efi = MemoryTree({"/EFI/Microsoft/Boot/BCD": "regf"}, any_case=True)
    found = files({"/Windows/explorer.exe": ""}, {"/$EFI": efi}, any_case=True)

    assert found.text("/$EFI/efi/microsoft/boot/bcd") == "regf"
    assert found.real_path("/$EFI/EFI") == "/$EFI/EFI"
    assert (found.names("/"), found.exists("/$System")) == (("Windows",), False)


def test_patterns_match_as_in_a_shell() -> None:
    found = files({"/home/ada/.bash_history": "x", "/home/bob/.bash_history": "y", "/home/.hidden/f": ""})

    assert found.glob("/home/*/.bash_history") == ("/home/ada/.bash_history", "/home/bob/.bash_history")
    assert found.glob("/home/*/f") == ()


def test_a_walk_gives_everything_and_follows_nothing() -> None:
    found = files({"/a/b/c": "1", "/a/up": Link("/a"), "/z": "2"})

    assert sorted(path for path, _ in found.walk("/a")) == ["/a/b", "/a/b/c", "/a/up"]
    assert sorted(path for path, _ in found.walk("/")) == ["/a", "/a/b", "/a/b/c", "/a/up", "/z"]


def test_more_than_the_budget_is_refused() -> None:
    tree = MemoryTree({"/a": "0123456789", "/b": ""})

    with pytest.raises(TooMuchError):
        Files(tree, budget=Budget(bytes=9)).read("/a")
    with pytest.raises(TooMuchError):
        Files(tree, budget=Budget(entries=1)).names("/")


def test_a_file_is_read_no_further_than_asked() -> None:
    found = files({"/big": "x" * 1000})

    assert found.read("/big", 10) == b"x" * 10
    content = found.content("/big")
    assert content is not None
    assert (content.size, content.read_at(995, 100), content.read_at(2000, 5)) == (1000, b"x" * 5, b"")
