"""Large arrays that come and go are made of the memory of those before them.

The allocator of Linux gives the memory of a large array back when it is freed and asks for new pages,
which have to be cleared, for the next one; with 300 candidates that took a sixth of the time of the
model of the scores. What it keeps instead goes by the largest array that was freed so far.

Source: mallopt(3), M_MMAP_THRESHOLD, the dynamic threshold of glibc.
"""

from functools import cache

import numpy as np

# Up to twice as much is kept. It is asked for and never written to, so no page of it is ever made.
_SIZE = 16 * 2**20


@cache
def keep_memory() -> None:
    """From here on keep the memory of large arrays for the next ones, as far as the system has a say."""
    np.empty(_SIZE, np.uint8)
