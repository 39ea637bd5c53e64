"""Every random draw comes from a generator keyed by what it is for; there is no global state."""

import random

from nasvid.core.short_hash import sha256

Key = str | int | float | None


def keyed_seed(*key: Key) -> int:
    """A 63-bit seed that depends on the key alone.

    Example:
        >>> keyed_seed(0, "train") == keyed_seed(0, "train"), keyed_seed(0) == keyed_seed(1)
        (True, False)
    """
    # The text of a tuple of these types is the same in every Python, and quicker than JSON.
    return int.from_bytes(sha256(repr(key).encode()).digest()[:8], "big") >> 1


def keyed_rng(*key: Key) -> random.Random:
    """A generator of its own for this key.

    Example:
        >>> keyed_rng(7, "ask", 3).random() == keyed_rng(7, "ask", 3).random()
        True
    """
    return random.Random(keyed_seed(*key))
