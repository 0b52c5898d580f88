"""The part of YAML that cloud-init and netplan are configured in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from wizard.inspection.linux.plain_yaml import Node, parse


def tree(text: str) -> Node:
    return parse(text.split("\n"))


def test_mappings_lists_and_lines() -> None:
    root = tree(
        """# comment
datasource_list: [ Azure, 'None' ]   # in brackets
datasource:
   Azure:
     apply_network_config: False
users:
- default
- name: admin
  sudo: "ALL=(ALL) NOPASSWD:ALL"
bootcmd:
  - [ sh, -c, 'echo "a: b"' ]
text: |
  key: inside a text
    deeper: still
last: ~
"""
    )
    sources = root.get("datasource_list")
    assert sources is not None
    assert (sources.words, sources.line) == (("Azure", "None"), 2)
    applied = root.get("datasource", "Azure", "apply_network_config")
    assert applied is not None
    assert (applied.truth, applied.line) == (False, 5)
    users = root.get("users")
    assert users is not None
    assert users.items[0].text == "default"
    assert users.items[1].keys["sudo"].text == "ALL=(ALL) NOPASSWD:ALL"
    commands = root.get("bootcmd")
    assert commands is not None
    assert commands.items[0].words == ("sh", "-c", 'echo "a: b"')
    assert root.get("text", "key") is None
    assert set(root.keys["text"].keys) == set()
    assert root.keys["last"].text == ""


def test_lists_in_every_manner_of_writing() -> None:
    for text in (
        "a: [x, y]",
        "a:\n- x\n- y\n",
        "a:\n  - x\n  - y\nb: 1",
        "a: [x,\n    y]",
        "a: [\n  x,\n  y,\n]\nb: 1",
        '{"a": ["x", "y"]}',
        '{\n  "b": {"c": 1},\n  "a": ["x",\n "y"]\n}',
        "---\na:\n  - 'x'\n  - \"y\"\n...\na: [z]",
    ):
        node = tree(text).get("a")
        assert (node.words if node is not None else None) == ("x", "y"), text


def test_mappings_in_brackets() -> None:
    node = tree(
        "datasource: {Azure: {apply_network_config: false, hostname_bounce: {interface: eth0}}, None: {}}"
    )
    applied = node.get("datasource", "Azure", "apply_network_config")
    assert applied is not None
    assert applied.truth is False
    bounced = node.get("datasource", "Azure", "hostname_bounce", "interface")
    assert bounced is not None
    assert bounced.text == "eth0"


def test_netplan_as_cloud_init_writes_it() -> None:
    root = tree(
        """# This file is generated from information provided by the datasource.
network:
    ethernets:
        eth0:
            dhcp4: true
            match:
                macaddress: 00:0d:3a:12:34:56
            set-name: eth0
    version: 2
"""
    )
    mac = root.get("network", "ethernets", "eth0", "match", "macaddress")
    assert mac is not None
    assert (mac.text, mac.line) == ("00:0d:3a:12:34:56", 7)
    version = root.get("network", "version")
    assert version is not None
    assert version.text == "2"


def test_what_is_made_to_grow_stays_small() -> None:
    bomb = tree("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]")
    assert bomb.keys["c"].words == ("*b", "*b")
    deep = tree("\n".join(" " * depth + "k:" for depth in range(3000)))
    levels = 0
    while deep.keys:
        deep, levels = deep.keys["k"], levels + 1
    assert levels < 50
    assert tree("[" * 100_000).keys == {}
    assert tree("a: " + "[" * 100_000).keys["a"].line == 1
    assert tree("\n".join(["- " * 2000 + "a: b"] * 100)).keys == {}


@given(some.text(alphabet="ab:-[]{},'\"#| >\n\t~&*", max_size=400))
def test_any_text_gives_a_tree(text: str) -> None:
    lines = text.split("\n")
    waiting = [parse(lines)]
    while waiting:
        node = waiting.pop()
        assert 0 <= node.line <= len(lines)
        waiting += [*node.items, *node.keys.values()]


def test_texts_of_several_lines_are_left_out() -> None:
    root = tree(
        "log:\n - &base |\n   [loggers\n   keys=root\n - >-\n   [x\nkey: |2\n  [y\n\n  z: 1\nlast: here\n"
    )
    assert set(root.keys) == {"log", "key", "last"}
    assert root.keys["last"].text == "here"
