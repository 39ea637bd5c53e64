"""Linear algebra on one thread, so that results do not depend on how many cores a machine has.

Threads add up the parts of a sum in another order, and the last bit of a score can turn a tie.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController  # pyright: ignore[reportMissingTypeStubs]


def one_thread() -> AbstractContextManager[Any]:
    """Within it numpy computes on one thread; as it was before after it.

    Example:
        >>> with one_thread():
        ...     pass
    """
    return _controller().limit(limits=1)  # pyright: ignore[reportUnknownMemberType]


@cache
def _controller() -> ThreadpoolController:
    # Looking for the libraries that a process has loaded takes a millisecond or two.
    return ThreadpoolController()
