"""Every error a user can cause.

NasvidError
 +-- SpaceError        a search space file is wrong; holds all problems of the file
 +-- ShapeError        a primitive cannot take the shapes or parameters it was given
 +-- GraphError        a graph breaks an invariant
 +-- BudgetError       a limit that no candidate can meet
 +-- DataError         a clip list, a video or a data folder is wrong
 +-- EvaluationError   a candidate could not be scored
 +-- RunError          a run folder or its ledger is wrong
 +-- ExportError       an architecture cannot be handed over as asked
"""

from collections.abc import Iterable
from dataclasses import dataclass


class NasvidError(Exception):
    """Base of all errors that a user can cause; the message is meant to be read."""


class ShapeError(NasvidError):
    """A primitive cannot take the shapes or parameters it was given."""


class GraphError(NasvidError):
    """A graph breaks an invariant."""


class BudgetError(NasvidError):
    """A limit that no candidate can meet."""


class DataError(NasvidError):
    """A clip list, a video or a data folder is wrong."""


class EvaluationError(NasvidError):
    """A candidate could not be scored."""


class RunError(NasvidError):
    """A run folder or its ledger is wrong."""


class ExportError(NasvidError):
    """An architecture cannot be handed over as asked."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a file: where, at which path, and what to do about it."""

    mark: Mark
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.mark}: {self.path}" if self.path else str(self.mark)
        return f"{where}: {self.message}"


class SpaceError(NasvidError):
    """A search space file is wrong; all its problems at once, in file order.

    Args:
        problems: One or more problems.
    Example:
        >>> mark = Mark("space.yaml", 3, 7)
        >>> print(SpaceError([Problem(mark, "budget.macs", "got 'x'; accepts a count such as 2G.")]))
        space.yaml:3:7: budget.macs: got 'x'; accepts a count such as 2G.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, mark: Mark, path: str, message: str) -> "SpaceError":
        """The error of a single problem."""
        return cls([Problem(mark, path, message)])

    def __reduce__(self) -> tuple[type["SpaceError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)
