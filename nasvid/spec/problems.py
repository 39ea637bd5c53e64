"""Collects what is wrong with a file, so that all of it is told at once."""

from collections.abc import Iterable

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.spec.expressions import is_cut_off
from nasvid.spec.source import MAX_PROBLEMS, Leaf, Table

# Options of all choices of a file; `{integer: {min: 0, max: 9999}}` is short and means many.
MAX_OPTIONS = 200_000


class Problems:
    """A growing list of problems; `raise_any` ends the reading if there are some."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._num_options = 0

    def add(self, mark: Mark, path: str, message: str) -> None:
        """Note a problem and go on.

        Raises:
            SpaceError: There are so many that more would help nobody.
        """
        self.found.append(Problem(mark, path, message))
        if len(self.found) >= MAX_PROBLEMS:
            raise SpaceError(self.found)

    def raise_any(self) -> None:
        """Raise a SpaceError with all problems, if there are any."""
        if self.found:
            raise SpaceError(self.found)

    def check_keys(self, table: Table, path: str, known: Iterable[str]) -> None:
        """Note every key that is not known."""
        known = tuple(known)
        for key, mark, _ in table.entries:
            if key not in known and not is_tail(table, key):
                self.add(mark, path, unknown_name("key", key, known))

    def count_options(self, mark: Mark, path: str, number: int) -> None:
        """Keep count of the options of a file.

        Raises:
            SpaceError: There are more than fit.
        """
        self._num_options += number
        if self._num_options > MAX_OPTIONS:
            self.add(mark, path, f"the choices of this file have more than {MAX_OPTIONS} options.")
            self.raise_any()


def is_tail(table: Table, key: str) -> bool:
    """Whether a key is the end of an expression that YAML cut, as in `{out: =max(a, b)}`.

    The cut value is reported, so its tail need not be.
    """
    if ")" not in key and "]" not in key:
        return False
    values = (value.value for _, _, value in table.entries if isinstance(value, Leaf))
    return any(isinstance(v, str) and v.startswith("=") and is_cut_off(v) for v in values)
