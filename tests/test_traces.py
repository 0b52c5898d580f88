"""Nothing that Python prints of its own accord holds a secret."""

from __future__ import annotations

import subprocess
import sys

import pytest

SIGNATURE = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY%3D"
LINK = f"https://contoso.blob.core.chinacloudapi.cn/vhds/disk.vhd?sv=2021-12-02&sig={SIGNATURE}"

UNCAUGHT = f"""
try:
    raise OSError("Max retries exceeded with url: {LINK}")
except OSError as error:
    raise ValueError("it went wrong") from error
"""
IN_A_THREAD = f"""
import threading

def work():
    raise OSError("{LINK}")

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
IN_A_DESTRUCTOR = f"""
class Thing:
    def __del__(self):
        raise OSError("{LINK}")

Thing()
"""
A_WARNING = f"""
import logging
import wizard.redaction
logging.getLogger("urllib3.connectionpool").warning("Failed to parse headers (url=%s)", "{LINK}")
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    start = "from wizard.traces import guard_traces\nguard_traces()\n"
    return subprocess.run(
        [sys.executable, "-c", start + program], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("program", [UNCAUGHT, IN_A_THREAD, IN_A_DESTRUCTOR, A_WARNING])
def test_a_trace_tells_everything_but_the_signature(program: str) -> None:
    done = run(program)
    assert "disk.vhd" in done.stderr
    assert "sig=" in done.stderr
    assert SIGNATURE[:20] not in done.stderr + done.stdout


def test_the_trace_goes_back_to_the_first_cause() -> None:
    done = run(UNCAUGHT)
    assert done.returncode == 1
    assert "ValueError: it went wrong" in done.stderr
    assert "Max retries exceeded" in done.stderr


def test_the_log_has_it_too() -> None:
    done = run(
        f"import logging, sys\nlogging.getLogger('wizard').addHandler(logging.StreamHandler(sys.stdout))\n{UNCAUGHT}"
    )
    assert "Nobody caught this" in done.stdout
    assert SIGNATURE[:20] not in done.stdout


def test_without_a_console_nothing_breaks() -> None:
    done = run(f"import sys\nsys.stderr = None\n{UNCAUGHT}")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_the_end_of_a_thread_is_no_trouble() -> None:
    assert run("import sys, threading\nthreading.Thread(target=sys.exit).start()").stderr == ""


def test_nothing_is_loaded_until_there_is_something_to_tell() -> None:
    done = run("import sys\nprint('wizard.redaction' in sys.modules, 'logging' in sys.modules)")
    assert done.stdout.split() == ["False", "False"]
