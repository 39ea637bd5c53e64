"""SHA-256 of short texts: the same as that of hashlib, by whatever module."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core import short_hash


@given(st.binary(max_size=300))
def test_it_is_that_of_hashlib(text: bytes) -> None:
    assert short_hash.sha256(text).digest() == hashlib.sha256(text).digest()


def test_a_python_without_code_of_its_own_asks_hashlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_hash, "_OWN", ("_sha_of_no_python",))
    assert short_hash.quickest() is hashlib.sha256
