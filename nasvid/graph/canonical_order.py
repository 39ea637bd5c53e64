"""An order of the vertices of a graph that is the same for all graphs of one structure.

Vertices are coloured by what they compute from and what they feed into, until no colour splits
further. Colours that only one vertex has need nothing more. Without those, and without links from
all of one colour to all of another, the rest falls apart into components, such as parallel branches
that are all alike. Each is ordered by itself, and equal ones may stand in any order. Within a component where no colour is alone, one member after the other of a
colour is told apart, and the smallest form is taken; members that give the same form are images of
each other, and one of them is enough.

Source: refinement and individualisation as in McKay and Piperno 2014, Practical graph isomorphism II,
https://arxiv.org/abs/1301.1493, sections 2 and 3; components by themselves as in Junttila and Kaski
2011, https://arxiv.org/abs/1005.1853.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Vertex(NamedTuple):
    """An input, a primitive, or an output.

    Args:
        label: All that it is in itself; all labels are equally long.
        operands: Indices of the vertices it reads.
        is_ordered: Whether the order of the operands counts.
    """

    label: bytes
    operands: tuple[int, ...]
    is_ordered: bool


# What refinement tells vertices apart by.
_Key = tuple[Any, ...]
_Colours = dict[int, int]
_Form = tuple[tuple[int, tuple[int, ...]], ...]


def order_alike(vertices: Sequence[Vertex], keys: Sequence[int]) -> list[int]:
    """Indices of the vertices in canonical order.

    Args:
        vertices: Every vertex stands after its operands.
        keys: What is known of each; equal for vertices of which one is an image of the other. Keys
            that are equal by chance do no harm, as refinement follows wherever keys are equal.
    """
    ordering = _Ordering(vertices)
    colours = _ranks({k: (key, vertices[k].label) for k, key in enumerate(keys)})
    return ordering.order(ordering.refined(colours))


def _ranks(keys: Mapping[int, _Key]) -> _Colours:
    rank = {key: index for index, key in enumerate(sorted(set(keys.values())))}
    return {index: rank[key] for index, key in keys.items()}


class _Ordering:
    """Orders the vertices of a graph of which some look alike."""

    def __init__(self, vertices: Sequence[Vertex]) -> None:
        self._vertices = vertices
        self._readers: list[list[tuple[int, int]]] = [[] for _ in vertices]
        for index, vertex in enumerate(vertices):
            for position, operand in enumerate(vertex.operands):
                place = position if vertex.is_ordered else -1
                self._readers[operand].append((place, index))

    def refined(self, colours: _Colours) -> _Colours:
        """The coarsest colouring below this one in which equal colours see equal colours.

        Only the vertices that have a colour are looked at.
        """
        num_colours = len(set(colours.values()))
        while num_colours < len(colours):
            colours = _ranks({index: self._view(index, colours) for index in colours})
            if len(set(colours.values())) == num_colours:
                break
            num_colours = len(set(colours.values()))
        return colours

    def _view(self, index: int, colours: _Colours) -> _Key:
        vertex = self._vertices[index]
        below = [colours.get(operand, -1) for operand in vertex.operands]
        if not vertex.is_ordered:
            below.sort()
        above = sorted(
            (place, colours[reader]) for place, reader in self._readers[index] if reader in colours
        )
        return colours[index], tuple(below), tuple(above)

    def order(self, colours: _Colours, *, explore: bool = True) -> list[int]:
        """The coloured vertices in canonical order; any order of a leaf where not exploring.

        Args:
            colours: A refined colouring of vertices that are linked to others by colours alone.
            explore: Whether to try all members of a colour that must be told apart.
        """
        cells = _cells(colours)
        alone = [cells[colour][0] for colour in sorted(cells) if len(cells[colour]) == 1]
        if len(alone) == len(colours):
            return alone
        alike = {colour: cell for colour, cell in cells.items() if len(cell) > 1}
        components = self._components(alike, colours)
        if not alone and len(components) == 1:
            return self._told_apart(colours, cells, explore=explore)
        parts = [
            self.order({index: colours[index] for index in component}, explore=explore)
            for component in components
        ]
        parts.sort(key=lambda part: self._form(part, colours))
        return [*alone, *(index for part in parts for index in part)]

    def _components(self, cells: Mapping[int, Sequence[int]], colours: _Colours) -> list[list[int]]:
        """The vertices of the cells in groups that share no link that tells anything."""
        linked: dict[int, set[int]] = {i: set() for cell in cells.values() for i in cell}
        for index, others in linked.items():
            for operand in self._telling_operands(index, cells, colours):
                others.add(operand)
                linked[operand].add(index)
        left = dict.fromkeys(linked)
        found: list[list[int]] = []
        while left:
            first, _ = left.popitem()
            component = [first]
            for index in component:
                new = [other for other in linked[index] if other in left]
                component += new
                for other in new:
                    del left[other]
            found.append(component)
        return found

    def _telling_operands(
        self, index: int, cells: Mapping[int, Sequence[int]], colours: _Colours
    ) -> set[int]:
        """The operands in these cells, but for cells of which all are read alike.

        Where one vertex reads all of a cell, all of its colour do, which tells none of them apart.
        """
        vertex = self._vertices[index]
        operands = [o for o in vertex.operands if o in colours and colours[o] in cells]
        if vertex.is_ordered:
            return set(operands)
        times = Counter(operands)
        seen = Counter(colours[operand] for operand in times)
        counts: dict[int, set[int]] = {}
        for operand, number in times.items():
            counts.setdefault(colours[operand], set()).add(number)
        whole = {c for c, n in seen.items() if n == len(cells[c]) and len(counts[c]) == 1}
        return {operand for operand in times if colours[operand] not in whole}

    def _told_apart(
        self, colours: _Colours, cells: Mapping[int, Sequence[int]], *, explore: bool
    ) -> list[int]:
        """The order of a component in which no vertex is alone with its colour."""
        cell = min((len(cells[colour]), colour) for colour in cells)[1]
        best: tuple[_Form, list[int]] | None = None
        leaves: set[_Form] = set()
        for member in cells[cell] if explore else cells[cell][:1]:
            keys = {index: (c, int(index != member)) for index, c in colours.items()}
            apart = self.refined(_ranks(keys))
            leaf = self.order(apart, explore=False)
            form = self._form(leaf, colours)
            if not explore:
                return leaf
            if form in leaves:
                # An automorphism maps this member to an earlier one: nothing new below it.
                continue
            leaves.add(form)
            order = self.order(apart)
            found = (self._form(order, colours), order)
            best = found if best is None or found[0] < best[0] else best
        return best[1] if best is not None else []

    def _form(self, order: Sequence[int], colours: _Colours) -> _Form:
        """All that the ordered vertices are among themselves."""
        place = {index: position for position, index in enumerate(order)}
        rows: list[tuple[int, tuple[int, ...]]] = []
        for index in order:
            vertex = self._vertices[index]
            below = [place.get(operand, -1) for operand in vertex.operands]
            if not vertex.is_ordered:
                below.sort()
            rows.append((colours[index], tuple(below)))
        return tuple(rows)


def _cells(colours: _Colours) -> dict[int, list[int]]:
    cells: dict[int, list[int]] = {}
    for index, colour in colours.items():
        cells.setdefault(colour, []).append(index)
    return cells
