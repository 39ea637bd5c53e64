"""SHA-256 of short texts, by Python's own code where there is some.

`hashlib` asks OpenSSL first, which is quick for files, and for a key of a few words takes longer to
set out than to hash; so it is in Python 3.11, while later ones take as long either way.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

# The module of Python's own code: the first one up to Python 3.11, the second one from 3.12 on.
_OWN = "_sha256", "_sha2"


def quickest() -> Callable[[bytes], Any]:
    """The function of the first module that there is."""
    for name in (*_OWN, "hashlib"):
        if find_spec(name) is not None:
            return import_module(name).sha256
    raise AssertionError("hashlib is part of Python.")


sha256 = quickest()
