"""Memory kept between steps and given back between trainings."""

import platform
import subprocess
import sys

import pytest

# In a process of its own, because the settings stay until the process ends. 80 MB in one piece lie
# beyond every default threshold.
_PROGRAM = """
import resource
from pathlib import Path
import torch
from nasvid.training.allocator import keep_freed_memory, return_freed_memory

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6

def grown_mb():
    before = resident_mb()
    torch.ones(20_000_000)
    return resident_mb() - before

by_default = grown_mb()
assert keep_freed_memory()
kept = grown_mb()
return_freed_memory()
print(by_default < 10, 70 < kept < 90, resident_mb() < 10 + BEFORE)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_freed_memory_is_kept_until_it_is_given_back() -> None:
    program = _PROGRAM.replace("by_default =", "BEFORE = resident_mb()\nby_default =", 1)
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == ["True", "True", "True"], found.stderr
