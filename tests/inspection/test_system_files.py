"""Links are followed inside the image only, circles and depth end, and the budget is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspection.memory_tree import Link, MemoryEntry, MemoryTree, files
from wizard.inspection.system_files import Budget, Files, TooMuchError
from wizard.inspection.tree import Kind


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


def test_the_way_up_goes_through_folders_only() -> None:
    found = files({"/etc/passwd": "", "/srv/www/x": "1", "/link": Link("/srv/www"), "/y": "2", "/srv/y": "3"})

    assert found.find("/etc/passwd/..") is None
    assert found.find("/etc/nothing/../passwd") is None
    assert found.text("/link/../y") == "3", "above a link is what is above its target"
    assert found.text("/../../y") == "2"
    assert found.text("//etc/./../y") == "2"


def test_file_systems_below_file_systems() -> None:
    boot = MemoryTree({"/efi": None, "/grub/x": "1", "/out": Link("/etc/x"), "/up": Link("../etc/x")})
    efi = MemoryTree({"/EFI/y": "2", "/up": Link("../grub/x")})
    found = files({"/boot/hidden": "0", "/etc/x": "3"}, {"/boot": boot, "/boot/efi/": efi})

    assert found.find("/boot/hidden") is None
    assert found.text("/boot/efi/EFI/y") == "2"
    assert found.text("/boot/efi/../grub/x") == "1"
    assert found.text("/boot/efi/up") == "1"
    assert (found.text("/boot/out"), found.text("/boot/up")) == ("3", "3")
    assert found.real_path("/boot/efi/../../etc/x") == "/etc/x"
    assert found.names("/boot") == ("efi", "grub", "out", "up")
    assert "/boot/efi/EFI" not in dict(found.walk("/boot"))
    assert list(dict(found.walk("/boot/efi"))) == ["/boot/efi/EFI", "/boot/efi/up", "/boot/efi/EFI/y"]


def test_what_is_mounted_needs_no_folder() -> None:
    found = files({"/x": ""}, {"/$EFI": MemoryTree({"/EFI/y": "2"})})

    assert found.text("/$EFI/EFI/y") == "2"
    assert found.names("/") == ("x",)


def test_a_link_to_nothing_leads_nowhere() -> None:
    found = files({"/junction": Link(""), "/x": "1"})

    assert found.find("/junction") is None
    assert found.find("/junction/x") is None
    entry = found.find("/junction", follow=False)
    assert entry is not None
    assert entry.kind == "link"


def test_names_that_are_none_are_not_seen() -> None:
    found = files({"/etc/passwd": "root", "/home/ada": None})
    etc = found.find("/etc")
    assert isinstance(etc, MemoryEntry)
    for name in ("", ".", "..", "a/b", "/home/ada", "x\0y"):
        etc.below[name] = MemoryEntry(name, Kind.FILE, b"harm")

    assert found.names("/etc") == ("passwd",)
    assert [path for path, _ in found.walk("/etc")] == ["/etc/passwd"]
    assert found.glob("/etc/*") == ("/etc/passwd",)
    assert found.find("/etc/a/b") is None


def test_folders_that_hold_each_other_are_entered_once() -> None:
    found = files({"/a/b/c": "1"})
    a, b = found.find("/a"), found.find("/a/b")
    assert isinstance(a, MemoryEntry)
    assert isinstance(b, MemoryEntry)
    b.below["again"] = b
    b.below["up"] = a
    a.below["twin"] = b

    # /a is where it begins, and its folder b is met by four ways.
    assert sorted(path for path, _ in found.walk("/a")) == ["/a/b", "/a/b", "/a/b/a", "/a/b/b", "/a/b/c"]


def test_a_walk_goes_no_deeper_than_a_hundred_folders() -> None:
    found = files({"/x" * 300: ""})

    assert 100 <= len(list(found.walk("/"))) <= 102


def test_patterns_of_an_image_do_no_harm() -> None:
    found = files({"/etc/" + "a" * 200: "", "/etc/[": ""})

    assert found.glob("/etc/" + "*a" * 100 + "b") == ()
    assert found.glob("/etc/[") == ("/etc/[",)
    assert found.glob("/" + "*/" * 5000) == ()


@given(st.text(alphabet="ab./*[]!\0é", max_size=40))
def test_any_path_is_found_or_not(path: str) -> None:
    found = files({"/a/b": "1", "/b": Link("a/../b"), "/a/a": Link(".."), "/a/.b": Link("/a/a/a")})

    entry = found.find(path)
    assert (entry is None) == (found.real_path(path) is None)
    found.glob(path)
    found.text(path)
    assert all(name.startswith("/") for name, _ in found.walk(path))
