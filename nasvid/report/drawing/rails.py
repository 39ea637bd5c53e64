"""The lines of a text picture: a rail for what each box gives, as long as something reads it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

# By what a cell is joined to: up, right, down, left.
_LINES = {
    (0, 0, 0, 0): " ",
    (1, 0, 1, 0): "\N{BOX DRAWINGS LIGHT VERTICAL}",
    (0, 1, 0, 1): "\N{BOX DRAWINGS LIGHT HORIZONTAL}",
    (1, 1, 1, 0): "\N{BOX DRAWINGS LIGHT VERTICAL AND RIGHT}",
    (1, 0, 1, 1): "\N{BOX DRAWINGS LIGHT VERTICAL AND LEFT}",
    (1, 1, 1, 1): "\N{BOX DRAWINGS LIGHT VERTICAL AND HORIZONTAL}",
    (1, 1, 0, 0): "\N{BOX DRAWINGS LIGHT ARC UP AND RIGHT}",
    (1, 0, 0, 1): "\N{BOX DRAWINGS LIGHT ARC UP AND LEFT}",
    (0, 1, 1, 0): "\N{BOX DRAWINGS LIGHT ARC DOWN AND RIGHT}",
    (0, 0, 1, 1): "\N{BOX DRAWINGS LIGHT ARC DOWN AND LEFT}",
    (1, 1, 0, 1): "\N{BOX DRAWINGS LIGHT UP AND HORIZONTAL}",
    (0, 1, 1, 1): "\N{BOX DRAWINGS LIGHT DOWN AND HORIZONTAL}",
}
UPRIGHT = _LINES[1, 0, 1, 0]
_ACROSS = _LINES[0, 1, 0, 1]


@dataclass(slots=True)
class Rails:
    """The rails at some line of the picture.

    Args:
        left: How many readers each source still has.
        column: The source whose rail is in each column; None where it is free.
    """

    left: dict[str, int]
    column: list[str | None] = field(default_factory=list[str | None])

    @property
    def plain(self) -> str:
        """A line on which nothing happens."""
        return _spaced([UPRIGHT if source else " " for source in self.column])

    def box(self, path: str, sources: Sequence[str], main: str | None, sign: str) -> Iterator[str]:
        """The lines that lead to a box, the last one with the box itself.

        Args:
            path: Of the box.
            sources: What it reads, all of it above.
            main: The one that it stands below, if that ends here.
            sign: What stands for the box.
        """
        reads = {self.column.index(source) for source in sources}
        ends = self._ends(sources)
        here = self._place(reads, ends, main)
        others = reads - {here}
        if others:
            yield self._connectors(here, others, ends, has_rail=here in reads)
        for column in ends:
            self.column[column] = None
        self.column[here] = path
        cells = [UPRIGHT if source else " " for source in self.column]
        cells[here] = sign
        yield _spaced(cells)
        if not self.left.get(path):
            self.column[here] = None
        while self.column and self.column[-1] is None:
            self.column.pop()

    def _ends(self, sources: Sequence[str]) -> set[int]:
        """The columns of sources that nothing reads any more."""
        found: set[int] = set()
        for source in sources:
            self.left[source] -= 1
            if not self.left[source]:
                found.add(self.column.index(source))
        return found

    def _place(self, reads: set[int], ends: set[int], main: str | None) -> int:
        """The column of a box: that of a rail that ends there, else the nearest free one."""
        if main is not None and self.column.index(main) in ends:
            return self.column.index(main)
        if ends:
            return min(ends)
        near = max(reads, default=len(self.column))
        free = [k for k, source in enumerate(self.column) if source is None]
        self.column.append(None)
        free.append(len(self.column) - 1)
        best = min(free, key=lambda k: (abs(k - near), k))
        if best != len(self.column) - 1:
            self.column.pop()
        return best

    def _connectors(self, here: int, others: set[int], ends: set[int], *, has_rail: bool) -> str:
        low, high = min({here, *others}), max({here, *others})
        cells: list[str] = []
        for column in range(len(self.column)):
            is_on = low <= column <= high
            right, left = is_on and column < high, is_on and column > low
            if column == here:
                cells.append(_LINES[int(has_rail), int(right), 1, int(left)])
            elif column in others:
                cells.append(_LINES[1, int(right), int(column not in ends), int(left)])
            elif self.column[column] is not None:
                # A rail that has nothing to do with it runs across, with the line behind it.
                cells.append(UPRIGHT)
            else:
                cells.append(_ACROSS if is_on else " ")
        text = cells[0]
        for column in range(1, len(cells)):
            text += (_ACROSS if low < column <= high else " ") + cells[column]
        return text


def _spaced(cells: Sequence[str]) -> str:
    return " ".join(cells)


def readers_left(order: Sequence[str], reads: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many boxes read each source."""
    left = dict.fromkeys(order, 0)
    for sources in reads.values():
        for source in sources:
            left[source] += 1
    return left
