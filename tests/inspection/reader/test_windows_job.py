"""What Windows is asked so that a reader keeps to its memory and ends with the wizard, by a kernel that records it."""

from __future__ import annotations

import sys

import pytest

from wizard.inspection.reader.windows_job import LIMITS, confine, confined_by

JOB, PROCESS = 11, 22


class Kernel:
    """kernel32 as Windows answers it; `refuses` names the call that fails."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.limits = b""
        self.assigned: list[tuple[int, int]] = []
        self.opened: list[tuple[int, bool, int]] = []
        self.closed: list[int] = []

    def error(self) -> None:
        raise OSError(5, "Access is denied")

    def _answer(self, call: str, answer: int) -> int:
        return 0 if call == self.refuses else answer

    def CreateJobObjectW(self, security: None, name: None) -> int:  # noqa: N802
        return self._answer("CreateJobObjectW", JOB)

    def SetInformationJobObject(self, job: int, what: int, limits: bytes, length: int) -> int:  # noqa: N802
        assert (job, what, length) == (JOB, 9, len(limits))
        self.limits = limits
        return self._answer("SetInformationJobObject", 1)

    def OpenProcess(self, rights: int, inherited: bool, process_id: int) -> int:  # noqa: N802
        self.opened.append((rights, inherited, process_id))
        return self._answer("OpenProcess", PROCESS)

    def AssignProcessToJobObject(self, job: int, process: int) -> int:  # noqa: N802
        self.assigned.append((job, process))
        return self._answer("AssignProcessToJobObject", 1)

    def CloseHandle(self, handle: int) -> int:  # noqa: N802
        self.closed.append(handle)
        return 1


def test_the_process_gets_its_memory_and_ends_with_the_job() -> None:
    kernel = Kernel()
    with confined_by(kernel, 4711, 512 * 1024 * 1024) as job:
        assert kernel.opened == [(0x0101, False, 4711)]
        assert kernel.assigned == [(JOB, PROCESS)]
        assert kernel.closed == [PROCESS]
        fields = LIMITS.unpack(kernel.limits)
        assert fields[2] == 0x2000 | 0x0400 | 0x0100 | 0x0008
        assert fields[5] == 1
        assert fields[15] == 512 * 1024 * 1024
    job.close()
    assert kernel.closed == [PROCESS, JOB]


@pytest.mark.skipif(sys.maxsize < 2**32, reason="the figure is that of 64-bit Windows")
def test_the_limits_are_laid_out_as_windows_has_them() -> None:
    assert LIMITS.size == 144  # sizeof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION)


@pytest.mark.parametrize(
    ("refuses", "closed"),
    [
        ("CreateJobObjectW", []),
        ("SetInformationJobObject", [JOB]),
        ("OpenProcess", [JOB]),
        ("AssignProcessToJobObject", [PROCESS, JOB]),
    ],
)
def test_what_windows_refuses_is_an_error_and_nothing_stays_open(refuses: str, closed: list[int]) -> None:
    kernel = Kernel(refuses)
    with pytest.raises(OSError, match="denied"):
        confined_by(kernel, 4711, 1)
    assert kernel.closed == closed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows confines it")
def test_elsewhere_nothing_is_asked() -> None:
    with confine(4711, 1):
        pass
