"""Ctrl-C and SIGTERM while a search starts and runs: first gently, then at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns signals into wishes that a loop looks at; handlers are put back at the end.

    The first Ctrl-C wishes to stop once running jobs have ended, the second one and SIGTERM to
    stop now. The latter raises KeyboardInterrupt, but only where `breakable` allows it, so that no
    record is cut in two. A wish stays, also where a library swallows the KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.wants_stop = False
        self.wants_exit = False
        self._is_breakable = False
        self._former: dict[int, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            self._former = {number: signal.getsignal(number) for number in SIGNALS}
        self.take_back()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def take_back(self) -> None:
        """Listen again, where a library may have put handlers of its own in place."""
        for number in self._former:
            signal.signal(number, self._on_signal)

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """A stretch that may be left at any point.

        Raises:
            KeyboardInterrupt: Someone wants to stop now.
        """
        self._is_breakable = True
        try:
            if self.wants_exit:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_breakable = False

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.wants_stop or number == signal.SIGTERM:
            self.wants_exit = True
        self.wants_stop = True
        if self.wants_exit and self._is_breakable:
            raise KeyboardInterrupt
