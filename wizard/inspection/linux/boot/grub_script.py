"""What a GRUB 2 script comes to: its variables, its menu, and what each entry hands to the kernel. Nothing of it is run.

Commands that only draw, load or search are taken as done. Files are looked up inside the image, whichever device the
script names, for the image's own file systems are all that there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from wizard.inspection.linux.boot.boot_paths import environment_block, in_system
from wizard.inspection.linux.boot.grub_test import is_true
from wizard.inspection.linux.boot.script_tree import Block, Choice, Node, Simple, keyword, tree_of
from wizard.inspection.linux.boot.script_words import filled
from wizard.inspection.system_files import Files

_STEPS_MOST: Final = 20_000
_DEPTH_MOST: Final = 100  # blocks, functions and files within each other
_MENUS_MOST: Final = 8  # submenus within each other
_CALLS_MOST: Final = 16
_FILES_MOST: Final = 16
_ITEMS_MOST: Final = 512
_VARIABLES_MOST: Final = 4_096
_VALUE_MOST: Final = 8_192  # characters
_LINUX: Final = ("linux", "linux16", "linuxefi", "kernel")
_INITRD: Final = ("initrd", "initrd16", "initrdefi")
_FEATURES: Final = (
    "menuentry_id",
    "platform_search_hint",
    "default_font_path",
    "all_video_module",
    "menuentry_options",
    "timeout_style",
    "nativedisk_cmd",
    "200_final",
    "chainloader_bpb",
    "ntldr",
)
# Each takes the word behind it.
_WITH_VALUE: Final = ("--class", "--users", "--hotkey", "--id", "--source")


@dataclass(slots=True)
class Started:
    """What an entry starts: `kernel` and `initial_disks` as paths in the system, `options` as the kernel gets them."""

    kernel: str
    options: str
    file: str
    line: int
    initial_disks: tuple[str, ...] = ()


@dataclass(slots=True)
class MenuItem:
    """A line of the menu. `below`: of a submenu. `started`: None where it starts no Linux."""

    title: str
    id: str = ""
    below: list[MenuItem] | None = None
    started: Started | None = None


@dataclass(slots=True)
class MenuScript:
    """A script that was gone through: its menu, its variables, the files that it took in."""

    items: list[MenuItem] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


# Entries of the Boot Loader Specification in the order of the menu: title, id, script of the entry, file.
Entries = Iterable[tuple[str, str, str, str]]


def menu_script(files: Files, path: str, entries: Callable[[], Entries]) -> MenuScript:
    """The script in this file gone through; `entries` gives what its command blscfg takes in."""
    script = _Script(files, entries)
    folder = path.rpartition("/")[0]
    efi = any(files.exists(each) for each in ("/boot/efi/EFI", "/efi/EFI", "/boot/EFI"))
    script.result.variables.update({f"feature_{name}": "y" for name in _FEATURES})
    script.result.variables.update(
        prefix=folder,
        config_directory=folder,
        config_file=path,
        root="hd0",
        grub_platform="efi" if efi else "pc",
        grub_cpu="x86_64",
    )
    script.read(path)
    script.fill_in()
    return script.result


class _Script:
    def __init__(self, files: Files, entries: Callable[[], Entries]) -> None:
        self._files, self._entries = files, entries
        self.result = MenuScript()
        self._items = self.result.items
        self._functions: dict[str, list[Node]] = {}
        self._bodies: list[tuple[MenuItem, list[Node], str, tuple[str, ...], int]] = []
        self._left = _STEPS_MOST
        self._count = 0
        self._calls = self._depth = self._menus = 0
        self._file = ""
        self._started: Started | None = None

    def read(self, path: str) -> bool:
        """Goes through a file; False where it is not there, or one too many."""
        real = in_system(self._files, path)
        text = self._files.text(real)
        if text is None or self._calls >= _CALLS_MOST or len(self.result.files) >= _FILES_MOST:
            return False
        self.result.files.append(real)
        before, self._file = self._file, real
        self._calls += 1
        self._go(tree_of(text))
        self._calls -= 1
        self._file = before
        return True

    def fill_in(self) -> None:
        """What each entry starts, with the variables as they are when the menu is shown."""
        if self._started is not None and not self._items:
            # A script without a menu that starts a kernel by itself.
            self._items.append(MenuItem("", started=self._started))
        shown = dict(self.result.variables)
        while self._bodies:
            item, body, file, arguments, self._menus = self._bodies.pop(0)
            self.result.variables = {**shown, "chosen": item.title}
            self._arguments(arguments)
            self._file, self._started = file, None
            if item.below is None:
                self._go(body)
                item.started = self._started
            else:
                self._items = item.below
                self._go(body)
        self.result.variables = shown

    def _go(self, nodes: list[Node]) -> bool:
        """Whether the last command succeeded."""
        succeeded = True
        self._depth += 1
        for node in nodes:
            self._left -= 1
            if self._left < 0 or self._depth > _DEPTH_MOST:
                break
            if isinstance(node, Choice):
                for condition, body in node.branches:
                    if not condition or self._go(condition):
                        self._go(body)
                        break
            elif isinstance(node, Block):
                self._block(node)
            else:
                succeeded = self._command(node)
                self.result.variables["?"] = "0" if succeeded else "1"
        self._depth -= 1
        return succeeded

    def _block(self, node: Block) -> None:
        name = keyword(node)
        words = filled(node.words, self.result.variables)[1:]
        if name == "function":
            if words and len(self._functions) < _ITEMS_MOST:
                self._functions[words[0]] = node.body
        elif name in ("menuentry", "submenu"):
            self._item(name, words, node)
        elif name == "for" and len(words) > 2:
            for value in words[2:]:
                self._set(words[0], value)
                self._go(node.body)

    def _item(self, name: str, words: tuple[str, ...], node: Block) -> None:
        if self._count >= _ITEMS_MOST:
            return
        self._count += 1
        title, identity, arguments = _title(words)
        item = MenuItem(title, identity, [] if name == "submenu" else None)
        self._items.append(item)
        if self._menus < _MENUS_MOST:
            self._bodies.append((item, node.body, self._file, arguments, self._menus + 1))

    def _command(self, node: Simple) -> bool:
        words = filled(node.words, self.result.variables)
        negated = False
        while words[:1] == ("!",):
            words, negated = words[1:], not negated
        return self._said(words, node.line) != negated

    def _said(self, words: tuple[str, ...], line: int) -> bool:
        if not words:
            return True
        name, rest = words[0], words[1:]
        variable, equals, value = name.partition("=")
        if name in ("[", "test"):
            return is_true(rest[:-1] if name == "[" and rest[-1:] == ("]",) else rest, self._files)
        if name == "set":
            for each in rest[:1]:
                variable, equals, value = each.partition("=")
                if equals:
                    self._set(variable, value)
        elif equals and variable.replace("_", "a").isalnum():
            self._set(variable, value)
        elif name == "unset":
            for each in rest:
                self.result.variables.pop(each, None)
        elif name == "load_env":
            return self._load_env(rest)
        elif name in ("source", ".", "configfile", "normal", "extract_entries_configfile"):
            return bool(rest) and self.read(rest[0])
        elif name in ("blscfg", "bls_import"):
            self._blscfg()
        elif name in _LINUX:
            self._linux(rest, line)
        elif name in _INITRD and self._started is not None:
            disks = tuple(in_system(self._files, each) for each in rest if not each.startswith("--"))
            self._started.initial_disks += disks[:8]
        elif name in self._functions:
            return self._call(name, rest)
        return name not in ("keystatus", "false")

    def _call(self, name: str, arguments: tuple[str, ...]) -> bool:
        if self._calls >= _CALLS_MOST:
            return False
        self._calls += 1
        self._arguments(arguments)
        succeeded = self._go(self._functions[name])
        self._calls -= 1
        return succeeded

    def _arguments(self, arguments: tuple[str, ...]) -> None:
        for index, each in enumerate(arguments[:9], 1):
            self._set(str(index), each)

    def _set(self, name: str, value: str) -> None:
        if name in self.result.variables or len(self.result.variables) < _VARIABLES_MOST:
            self.result.variables[name[:256]] = value[:_VALUE_MOST]

    def _load_env(self, words: tuple[str, ...]) -> bool:
        path = f"{self.result.variables.get('prefix', '')}/grubenv"
        names = list(words)
        if names[:1] in (["-f"], ["--file"]) and len(names) > 1:
            path, names = names[1], names[2:]
        elif names[:1] and names[0].startswith("--file="):
            path, names = names[0].removeprefix("--file="), names[1:]
        names = [each for each in names if not each.startswith("-")]
        held = environment_block(self._files, in_system(self._files, path))
        for name, value in held.items():
            if not names or name in names:
                self._set(name, value)
        return bool(held)

    def _blscfg(self) -> None:
        for title, identity, text, file in self._entries():
            if self._count >= _ITEMS_MOST:
                return
            self._count += 1
            item = MenuItem(title, identity)
            self._items.append(item)
            self._bodies.append((item, tree_of(text), file, (), self._menus + 1))

    def _linux(self, words: tuple[str, ...], line: int) -> None:
        words = tuple(each for each in words if each != "--")
        if words:
            # GRUB puts quotes around what holds a blank.
            options = " ".join(f'"{each}"' if " " in each else each for each in words[1:])
            self._started = Started(in_system(self._files, words[0]), options[:_VALUE_MOST], self._file, line)


def _title(words: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Title, id and the arguments that the body gets, of the words behind menuentry."""
    plain: list[str] = []
    identity = ""
    index = 0
    while index < len(words):
        word = words[index]
        if word.startswith("--") and "=" in word:
            identity = word.partition("=")[2] if word.startswith("--id=") else identity
        elif word in _WITH_VALUE:
            index += 1
            identity = words[index] if word == "--id" and index < len(words) else identity
        elif not word.startswith("--"):
            plain.append(word)
        index += 1
    return (plain[0] if plain else ""), identity, tuple(plain)
