"""A number for each row of a graph: what it is and what it computes from, then what it feeds into.

One pass down and one up give nearly all there is to know in linear time, where rounds of refinement
would need as many as the network is deep. Where no two rows have one number after the first pass, the
numbers by themselves tell the graph, as what a row reads is told by its own; and those of a body come
again wherever it reads the same, as most bodies of a child do that a search makes.

Source: the first pass is that of Merkle 1987, A Digital Signature Based on a Conventional Encryption
Function, https://doi.org/10.1007/3-540-48184-2_32. Differs: numbers of 64 bits are mixed, as hashes
would take most of the time and ids are no longer than that.
"""

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from nasvid.core.kept import Kept
from nasvid.graph.canonical_rows import Bag, Rows, RowsOf, rows_of_body, start_of
from nasvid.graph.ir import Graph

# Keys that are kept, of about 44 bytes each.
MAX_KEPT = 200_000
_NUMBER = "canonical number"
_NUMBERS = count()
_MASK = (1 << 64) - 1
_FACTOR = 0x9E3779B97F4A7C15


class _Known(NamedTuple):
    """The rows of a body that reads certain rows.

    Args:
        keys: A key for each row.
        ends: That of each output.
    """

    keys: list[int]
    ends: list[int]


class KeysOf:
    """Keys by what each row computes from, under construction; rows are called by their keys."""

    def __init__(self) -> None:
        self.keys: list[int] = []

    def add(self, label: bytes, operands: Sequence[int], *, is_ordered: bool = True) -> int:
        """One more row; its key."""
        key = _key(start_of(label), operands, is_ordered=is_ordered)
        self.keys.append(key)
        return key

    def add_body(self, body: Graph, operands: Sequence[int]) -> list[int]:
        """The rows of a body that reads these; the keys of its outputs."""
        number = body.findings.get(_NUMBER)
        if number is None:
            number = body.findings[_NUMBER] = next(_NUMBERS)
        case = (number, *operands)
        known = _KNOWN.get(case)
        if known is None:
            known = _of_body(rows_of_body(body), operands)
            _KNOWN.keep(case, known, len(known.keys))
        self.keys += known.keys
        return known.ends

    def called(self, row: int) -> int:
        """Its key."""
        return self.keys[row]


def _of_body(rows: Rows, operands: Sequence[int]) -> _Known:
    keys: list[int] = []
    append = keys.append
    # In the order in which the rows below come to them.
    inputs = iter(rows.inputs)
    # Most rows read the one in front of them; their keys are mixed in place, as calls would take most
    # of the time. Distances are below 0 and the list ends in front of the row, so that they count from
    # its end.
    key = 0
    for start, reads in zip(rows.starts, rows.reads, strict=True):
        if reads == -1:
            key = (start + key) * _FACTOR & _MASK
            key ^= key >> 29
        elif isinstance(reads, int):
            key = _mixed(start + (keys[reads] if reads else operands[next(inputs)[2]]))
        else:
            read = [keys[r] if r else operands[next(inputs)[2]] for r in reads]
            key = _key(start, read, is_ordered=not isinstance(reads, Bag))
        append(key)
    num_inputs = len(operands)
    ends = [operands[e] if e < num_inputs else keys[e - num_inputs] for e in rows.outputs]
    return _Known(keys, ends)


def _key(start: int, operands: Sequence[int], *, is_ordered: bool) -> int:
    if not is_ordered:
        return _mixed(start + sum(map(_mixed, operands)))
    # `_of_body` does the first step of a row with one operand by itself.
    key = start
    for operand in operands:
        key = _mixed(key * 31 + operand)
    return key


def add_what_is_above(rows: RowsOf, keys: list[int]) -> None:
    """By what each row feeds into, besides."""
    above = [0] * len(keys)
    row, given = len(keys), 0
    for reads in reversed(rows.reads):
        row -= 1
        # Each place is written when all readers, which stand behind, have been seen.
        key = (keys[row] * 31 + above[row] + given) * _FACTOR & _MASK
        key ^= key >> 29
        keys[row] = key
        if reads == -1:
            given = (key + 1) * _FACTOR & _MASK
            given ^= given >> 29
            continue
        given = 0
        if isinstance(reads, int):
            above[row + reads] += _mixed(key + 1)
        elif isinstance(reads, Bag):
            for read in reads:
                above[row + read] += key
        else:
            for position, read in enumerate(reads):
                above[row + read] += _mixed(key + position + 1)


def _mixed(key: int) -> int:
    key = key * _FACTOR & _MASK
    return key ^ key >> 29


_KNOWN: Kept[_Known] = Kept(MAX_KEPT)
