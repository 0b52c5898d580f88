"""cloud-init's configuration as it is in force, and what it left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.inspection.memory_tree import Link, files
from wizard.inspection.found.cloud_init import CloudInit
from wizard.inspection.linux.cloud_init import read_cloud_init
from wizard.results import from_json, to_json

MAIN = "/etc/cloud/cloud.cfg"
PARTS = "/etc/cloud/cloud.cfg.d"
CLOUD_CFG = """users:
   - default
disable_root: true
# If you use datasource_list array, keep array items in a single line.
cloud_init_modules:
 - migrator
 - mounts
"""
DPKG = "# to update this file, run dpkg-reconfigure cloud-init\ndatasource_list: [ NoCloud, ConfigDrive, Azure, Ec2, None ]\n"
AZURE = """datasource_list: [ Azure ]
datasource:
   Azure:
     apply_network_config: False
"""


def cloud_init(tree: dict[str, str | Link | None]) -> CloudInit:
    return read_cloud_init(files({"/usr/bin/cloud-init": "#!/usr/bin/python3\n", MAIN: CLOUD_CFG, **tree}))


def test_an_image_made_for_azure() -> None:
    seen = cloud_init(
        {
            f"{PARTS}/90_dpkg.cfg": DPKG,
            f"{PARTS}/91-azure_datasource.cfg": AZURE,
            f"{PARTS}/README": "datasource_list: [ Ec2 ]\n",
            "/usr/lib/python3/dist-packages/cloudinit/version.py": '__VERSION__ = "22.4.2"\n',
        }
    )
    assert (seen.sources, seen.network_config, seen.version) == (("Azure",), False, "22.4.2")
    assert seen.sources_at is not None
    assert seen.network_config_at is not None
    assert str(seen.sources_at) == f"{PARTS}/91-azure_datasource.cfg line 1: datasource_list: [ Azure ]"
    assert seen.network_config_at.line == 4
    assert seen.installed
    assert seen.enabled
    assert not seen.network_off
    assert from_json(CloudInit, to_json(seen)) == seen


@pytest.mark.parametrize(
    ("parts", "sources"),
    [
        ({}, ()),
        ({"90_dpkg.cfg": DPKG}, ("NoCloud", "ConfigDrive", "Azure", "Ec2", "None")),
        ({"91-azure.cfg": AZURE, "99-installer.cfg": "datasource_list: [None]\n"}, ("None",)),
        ({"99-azure.cfg": AZURE, "91-installer.cfg": "datasource_list: [None]\n"}, ("Azure",)),
        ({"05_a.cfg": "datasource_list:\n- Azure\n"}, ("Azure",)),
        ({"05_a.cfg": '{"datasource_list": ["Azure"]}'}, ("Azure",)),
        ({"05_a.cfg.bak": AZURE}, ()),
    ],
)
def test_the_last_file_wins(parts: dict[str, str], sources: tuple[str, ...]) -> None:
    assert cloud_init({f"{PARTS}/{name}": text for name, text in parts.items()}).sources == sources


@pytest.mark.parametrize(
    ("text", "config", "off"),
    [
        ("datasource: {Azure: {apply_network_config: no}}\n", False, False),
        ("datasource:\n  Azure:\n    apply_network_config: true\n", True, False),
        ("network: {config: disabled}\n", None, True),
        ("network:\n  config: disabled\n", None, True),
        ("network:\n  version: 2\n", None, False),
    ],
)
def test_who_configures_the_network(text: str, config: bool | None, off: bool) -> None:
    seen = cloud_init({f"{PARTS}/99-x.cfg": text})
    assert (seen.network_config, seen.network_off) == (config, off)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nswap:\n  filename: /swapfile\n  size: 2147483648\n", 2),
        ("swap: {size: auto}\n", 1),
        ("swap:\n  filename: /mnt/resource/swapfile\n  size: auto\n", None),
        ("swap:\n  filename: /swapfile\n  size: 0\n", None),
        ('mounts:\n  - ["ephemeral0.2", "none", "swap", "sw,nofail", "0", "0"]\n', None),
    ],
)
def test_a_swap_file_on_the_system_disk(text: str, line: int | None) -> None:
    seen = cloud_init({f"{PARTS}/00-azure-swap.cfg": text})
    assert [each.line for each in seen.swap_files] == ([line] if line else [])


def test_what_an_earlier_start_left() -> None:
    seen = cloud_init(
        {
            "/var/lib/cloud/instance": Link("/var/lib/cloud/instances/1234"),
            "/var/lib/cloud/instances/1234/user-data.txt": "secret",
            "/var/lib/cloud/data/status.json": "{}",
            "/var/lib/cloud/sem": None,
            "/var/lib/cloud/seed/nocloud/user-data": "#cloud-config\npassword: secret\n",
            "/var/lib/cloud/seed/nocloud/meta-data": "",
            "/var/log/cloud-init.log": "x",
            "/var/log/cloud-init-output.log": "",
            "/etc/cloud/cloud-init.disabled": "",
        }
    )
    assert seen.state == ("/var/lib/cloud/instance", "/var/lib/cloud/instances", "/var/lib/cloud/data")
    assert seen.seed == ("/var/lib/cloud/seed/nocloud/user-data",)
    assert seen.logs == ("/var/log/cloud-init.log",)
    assert (seen.installed, seen.enabled) == (True, False)
    assert "secret" not in str(to_json(seen))


def test_a_package_that_never_ran_left_nothing() -> None:
    folders = ("instances", "data", "sem", "seed", "handlers", "scripts/per-boot")
    seen = cloud_init({f"/var/lib/cloud/{name}": None for name in folders})
    assert (seen.state, seen.seed, seen.logs) == ((), (), ())
    assert read_cloud_init(files({})) == CloudInit()


@given(some.binary(max_size=1000), some.binary(max_size=1000))
def test_any_configuration_gives_an_answer(one: bytes, two: bytes) -> None:
    seen = read_cloud_init(files({MAIN: one, f"{PARTS}/99.cfg": two}))
    assert len(seen.sources) <= 20
    assert not seen.installed


def test_passwords_that_share_a_line_are_not_shown() -> None:
    text = '{"password": "hidden", "datasource_list": ["Azure"], "swap": {"size": 1}, "datasource": {"Azure": {"apply_network_config": true}}}'
    seen = cloud_init({f"{PARTS}/99.cfg": text})
    assert [str(each) for each in (seen.sources_at, seen.network_config_at, *seen.swap_files)] == [
        f"{PARTS}/99.cfg line 1: datasource_list: [ Azure ]",
        f"{PARTS}/99.cfg line 1: apply_network_config: true",
        f"{PARTS}/99.cfg line 1: swap: /swap.img",
    ]
