"""Canonical JSON and the digests made from it: equal data, equal text, equal digest."""

import hashlib
import json
from typing import Any


def canonical_json(data: Any) -> str:
    """JSON text that is equal for equal data: sorted keys, no spaces, no NaN.

    Example:
        >>> canonical_json({"b": [1, 2.5], "a": None})
        '{"a":null,"b":[1,2.5]}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(data: Any, length: int = 16) -> str:
    """First hexadecimal digits of the SHA-256 of the canonical JSON.

    Example:
        >>> digest([1, 2]) == digest((1, 2)), len(digest({}))
        (True, 16)
    """
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()[:length]
