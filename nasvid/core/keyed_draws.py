"""A generator that begins anew for every job and proposal, in a fraction of the time of a seeding.

`random.Random` mixes 624 words before its first number, and a proposal takes a handful of numbers.
Here the numbers are a hash of the key and a counter instead.

Source: Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3,
https://doi.org/10.1145/2063384.2063405, section 3 (keyed functions of a counter as generators);
Saarinen and Aumasson 2015, RFC 7693 (BLAKE2b).
"""

import random
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import chain, count, repeat
from operator import mul
from struct import Struct
from typing import NoReturn

# Of one hash: 16 numbers of 32 bits, each of which becomes a number from 0 to 1.
_BITS = 32
_numbers = Struct("<16I").unpack
_UNITS = repeat(2.0**-_BITS)
_head = Struct("<3Q").pack


class KeyedDraws(random.Random):
    """Draws that depend on a key alone, for who draws little for each of many keys.

    Args:
        seed: What the draws are for, from `keyed_seed`.
    Example:
        >>> draws = KeyedDraws(7)
        >>> first = draws.begin(3, 0).random()
        >>> draws.begin(3, 1).random() == first, draws.begin(3, 0).random() == first
        (False, True)
    """

    __slots__ = ("_later", "_seed", "gauss_next", "random")

    # The next number from 0 to 1, without 1.
    random: Callable[[], float]  # type: ignore[reportIncompatibleMethodOverride]

    def __init__(self, seed: int) -> None:
        super().__init__(0)
        self._seed = seed
        self._later = _Later()
        self.begin(0, 0)

    def begin(self, number: int, attempt: int) -> "KeyedDraws":
        """Itself, as if it were made anew for these numbers.

        Args:
            number: At least 0, such as that of a job.
            attempt: At least 0.
        """
        self._later.head = head = _head(self._seed, number, attempt)
        first = map(mul, _numbers(blake2b(head).digest()), _UNITS)
        self.random = chain(first, self._later).__next__
        # The second of a pair of normal numbers, were one left over.
        self.gauss_next = None
        return self

    def getstate(self) -> NoReturn:
        """There is none to be kept: begin again.

        Raises:
            NotImplementedError: Always, by `copy` and `pickle` too.
        """
        raise NotImplementedError("draws of a key have no state that could be kept; begin again.")

    def setstate(self, state: object) -> NoReturn:
        """See `getstate`."""
        del state
        self.getstate()

    def getrandbits(self, k: int, /) -> int:
        """An integer of so many bits, at random."""
        if 0 < k <= _BITS:
            draw = self.random
            return int(draw() * 2**_BITS) >> _BITS - k
        found = 0
        for _ in range(-(-k // _BITS)):
            found = found << _BITS | int(self.random() * 2**_BITS)
        return found >> -k % _BITS


class _Later:
    """The numbers behind those of the first hash, without end; few proposals come to them."""

    __slots__ = ("head",)

    head: bytes

    def __iter__(self) -> Iterator[float]:
        head = self.head
        for block in count(1):
            hashed = blake2b(head + block.to_bytes(8, "little")).digest()
            yield from map(mul, _numbers(hashed), _UNITS)
