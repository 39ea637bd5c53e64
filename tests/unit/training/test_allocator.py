"""Keeping freed memory."""

import platform

import pytest

from nasvid.training.allocator import keep_freed_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_glibc_accepts_the_settings() -> None:
    assert keep_freed_memory()
