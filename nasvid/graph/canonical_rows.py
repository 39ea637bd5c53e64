"""A graph with block boundaries gone and without what does nothing, one row for each primitive.

What a row reads is told by how far in front of it that stands, so that the rows of a body are the
same wherever the body is used; they are made once for each.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from nasvid.core.canonical import canonical_json
from nasvid.graph.ir import OUT, Graph
from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import Primitive

LABEL_LENGTH = 16
# Primitives that do nothing at this value of a parameter.
_IDLE_AT = {
    "dropout": ("rate", 0),
    "drop_path": ("rate", 0),
    "gate": ("initial", 1),
    "subsample_frames": ("step", 1),
}
_FOUND = "canonical rows"


class Bag(tuple[int, ...]):
    """What a row reads where the order of that does not count."""

    __slots__ = ()


# What a row reads: one row, so many in front of it; or several, in order or as a bag.
Reads = int | tuple[int, ...] | Bag


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a graph, column by column.

    Args:
        labels: All that each row is in itself; all labels are equally long.
        starts: A number made of the label.
        reads: What it reads; 0 stands for an input of the graph.
        inputs: Row, place among what it reads, and number of the input, wherever one is read.
        outputs: What each output is: the number of an input, or of a row behind those.
    """

    labels: tuple[bytes, ...]
    starts: tuple[int, ...]
    reads: tuple[Reads, ...]
    inputs: tuple[tuple[int, int, int], ...]
    outputs: tuple[int, ...]


class RowsOf:
    """Rows under construction.

    Args:
        num_inputs: Inputs of the graph; they are counted before the rows.
    """

    def __init__(self, num_inputs: int) -> None:
        self._num_inputs = num_inputs
        self.labels: list[bytes] = []
        self.starts: list[int] = []
        self.reads: list[Reads] = []
        self._inputs: list[tuple[int, int, int]] = []

    def add(self, label: bytes, operands: Sequence[int], *, is_ordered: bool = True) -> int:
        """One more row; its number, behind those of the inputs."""
        row = len(self.labels)
        first = self._num_inputs + row
        reads = [operand - first if operand >= self._num_inputs else 0 for operand in operands]
        if 0 in reads:
            self._inputs += [(row, k, operands[k]) for k, read in enumerate(reads) if not read]
        is_plain = is_ordered and len(reads) == 1
        self.labels.append(label)
        start = start_of(label)
        # Of a row that reads one other, what comes next is always the same.
        self.starts.append(start * 31 if is_plain else start)
        self.reads.append(reads[0] if is_plain else (tuple if is_ordered else Bag)(reads))
        return first

    def add_body(self, body: Graph, operands: Sequence[int]) -> list[int]:
        """The rows of a body that reads these; the numbers of its outputs."""
        rows = rows_of_body(body)
        first = len(self.labels)
        self.labels += rows.labels
        self.starts += rows.starts
        self.reads += rows.reads
        for inner, place, number in rows.inputs:
            row, operand = first + inner, operands[number]
            if operand < self._num_inputs:
                self._inputs.append((row, place, operand))
                continue
            distance = operand - self._num_inputs - row
            known = self.reads[row]
            if isinstance(known, int):
                self.reads[row] = distance
            else:
                changed = (*known[:place], distance, *known[place + 1 :])
                self.reads[row] = type(known)(changed)
        behind = self._num_inputs + first - len(operands)
        count = len(operands)
        return [operands[end] if end < count else behind + end for end in rows.outputs]

    def called(self, row: int) -> int:
        """Its number."""
        return self._num_inputs + row

    def rows(self, outputs: Sequence[int]) -> Rows:
        """All rows, and what the outputs are."""
        return Rows(
            tuple(self.labels),
            tuple(self.starts),
            tuple(self.reads),
            tuple(self._inputs),
            tuple(outputs),
        )


class Adder(Protocol):
    """Takes the rows of a graph in; they are called by their numbers, or by other ones."""

    def add(self, label: bytes, operands: Sequence[int], *, is_ordered: bool = True) -> int:
        """One more row; what it is called by."""
        ...

    def add_body(self, body: Graph, operands: Sequence[int]) -> list[int]:
        """The rows of a body that reads these; what its outputs are called by."""
        ...

    def called(self, row: int) -> int:
        """What a row is called by, the first one being 0."""
        ...


def add_graph(rows: Adder, graph: Graph, operands: Sequence[int]) -> list[int]:
    """Add the primitives of a graph that reads these; what its outputs are called by."""
    number = {item.name: operand for item, operand in zip(graph.inputs, operands, strict=True)}
    for node in graph.nodes:
        name, read = node.name, [number[ref] for ref in node.inputs]
        if node.op is not None:
            if is_idle(node.op, len(read)):
                end = read[0]
            else:
                is_ordered = not node.op.is_commutative
                end = rows.add(_primitive_label(node.op), read, is_ordered=is_ordered)
            number[name] = number[f"{name}.{OUT}"] = end
        elif node.body is not None:
            ends = rows.add_body(node.body, read)
            for (port, _), end in zip(node.body.outputs, ends, strict=True):
                number[f"{name}.{port}"] = end
                if port == OUT:
                    number[name] = end
    return [number[ref] for _, ref in graph.outputs]


def rows_of_body(body: Graph) -> Rows:
    """The rows of a body."""
    # Bodies come again and again, as one object.
    known = body.findings.get(_FOUND)
    if known is None:
        count = len(body.inputs)
        rows = RowsOf(count)
        ends = add_graph(rows, body, range(count))
        known = body.findings[_FOUND] = rows.rows(ends)
    return known


def is_idle(op: Primitive, num_operands: int) -> bool:
    """Whether a primitive gives what it reads."""
    name = op.name()
    if name == "identity":
        return True
    if name in _IDLE_AT:
        parameter, value = _IDLE_AT[name]
        return getattr(op, parameter) == value
    # A sum, a product or a concatenation of one operand is that operand.
    return num_operands == 1 and (op.is_commutative or name == "concat")


@lru_cache(maxsize=20_000)
def _primitive_label(op: Primitive) -> bytes:
    # Without what is at its default, so that a new parameter leaves the ids of old graphs alone.
    known = parameters_of(type(op))
    data = op.to_json()
    given = {
        name: data[name]
        for name, parameter in known.items()
        if parameter.required or getattr(op, name) != parameter.default
    }
    return label_of([op.name(), given])


def start_of(label: bytes) -> int:
    """A number made of a label."""
    return int.from_bytes(label[:8], "big")


def label_of(data: object) -> bytes:
    """A label of fixed length, so that no two forms give one text."""
    return hashlib.sha256(canonical_json(data).encode()).digest()[:LABEL_LENGTH]
