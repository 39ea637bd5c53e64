"""A map over threads that keeps the order and holds few results at once."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


def usable_cores() -> int:
    """CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_in_threads(
    function: Callable[[ItemT], ResultT], items: Iterable[ItemT], num_threads: int = 0
) -> Iterator[ResultT]:
    """Results in the order of the items, computed by several threads.

    Decoders and encoders let go of the interpreter lock, so threads are enough. At most two
    results per thread wait for the caller, so that decoded videos do not fill the memory.

    Args:
        function: Called once per item; what it raises is raised here.
        items: May be lazy.
        num_threads: 0 takes one per usable core.
    Example:
        >>> list(map_in_threads(abs, [-2, 1, -3]))
        [2, 1, 3]
    """
    num_threads = num_threads or usable_cores()
    pool = ThreadPoolExecutor(num_threads)
    pending: deque[Future[ResultT]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > 2 * num_threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
