"""Every random draw comes from a generator keyed by what it is for; there is no global state."""

import random
from collections.abc import Callable
from hashlib import sha256

# What `Random.seed` comes to for an integer, without the looks at what else it may be given.
_reseed: Callable[[random.Random, int], None] = random.Random.__mro__[1].seed  # type: ignore[attr-defined]

# Room for a number beside another one.
_BITS = 64
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


def rekey(rng: random.Random, seed: int, number: int, attempt: int) -> random.Random:
    """The generator as if it were made anew for these numbers, without hashing them.

    The generator mixes all bits of what it is seeded with, so numbers that follow on one another give
    draws that have nothing to do with one another. For one that nobody keeps from one key to the next.

    Args:
        rng: What is seeded again.
        seed: From `keyed_seed`, what the draws are for.
        number: At least 0, such as that of a job.
        attempt: At least 0.
    Example:
        >>> rng, seed = keyed_rng(), keyed_seed(7, "ask")
        >>> first = rekey(rng, seed, 3, 0).random()
        >>> rekey(rng, seed, 3, 1).random() == first, rekey(rng, seed, 3, 0).random() == first
        (False, True)
    """
    _reseed(rng, (seed << _BITS | number) << _BITS | attempt)
    # The second of a pair of normal numbers, were one left over.
    rng.__dict__["gauss_next"] = None
    return rng
