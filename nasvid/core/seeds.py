"""Every random draw comes from a generator keyed by what it is for; there is no global state."""

import random
from collections.abc import Callable
from hashlib import sha256

# What `Random.seed` comes to for an integer, without the looks at what else it may be given.
_reseed: Callable[[random.Random, int], None] = random.Random.__mro__[1].seed  # type: ignore[attr-defined]

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


def rekey(rng: random.Random, *key: Key) -> random.Random:
    """The generator as `keyed_rng` would make it anew, which takes several times as long.

    For one that nobody keeps from one key to the next.

    Example:
        >>> rng = keyed_rng(1)
        >>> rekey(rng, 7, "ask", 3).random() == keyed_rng(7, "ask", 3).random()
        True
    """
    _reseed(rng, keyed_seed(*key))
    # The second of a pair of normal numbers, were one left over.
    rng.__dict__["gauss_next"] = None
    return rng
