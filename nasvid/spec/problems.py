"""Collects what is wrong with a file, so that all of it is told at once."""

from collections.abc import Iterable

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.spec.source import Table


class Problems:
    """A growing list of problems; `raise_any` ends the reading if there are some."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, mark: Mark, path: str, message: str) -> None:
        """Note a problem and go on."""
        self.found.append(Problem(mark, path, message))

    def raise_any(self) -> None:
        """Raise a SpaceError with all problems, if there are any."""
        if self.found:
            raise SpaceError(self.found)

    def check_keys(self, table: Table, path: str, known: Iterable[str]) -> None:
        """Note every key that is not known."""
        known = tuple(known)
        for key, mark, _ in table.entries:
            if key in known or self._is_cut_expression(table, key):
                continue
            self.add(mark, path, unknown_name("key", key, known))

    @staticmethod
    def _is_cut_expression(table: Table, key: str) -> bool:
        # `{out: =max(a, b)}` splits at the comma; the cut value is reported, its tail is not.
        return ")" in key or "]" in key
