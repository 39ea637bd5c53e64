"""A first number for each row of a graph: what it computes from, and what it feeds into.

One pass down and one up give nearly all there is to know in linear time, where rounds of refinement
would need as many as the network is deep.
"""

from nasvid.graph.canonical_rows import Bag, RowsOf

_MASK = (1 << 64) - 1
_FACTOR = 0x9E3779B97F4A7C15


def first_keys(rows: RowsOf) -> list[int]:
    """The numbers, equal for rows of which one is an image of the other."""
    keys = _keys_below(rows)
    _add_what_is_above(rows, keys)
    return keys


def _keys_below(rows: RowsOf) -> list[int]:
    """By what each row computes from."""
    # Most rows read the one in front of them; their numbers are mixed in place, as calls would take
    # most of the time. `_mixed` says how. Distances are below 0 and the list ends in front of the row,
    # so that they count from its end.
    below: list[int] = []
    append = below.append
    key = 0
    for start, reads in zip(rows.starts, rows.reads, strict=True):
        if reads == -1:
            key = (start + key) * _FACTOR & _MASK
            key ^= key >> 29
        elif isinstance(reads, int):
            key = _mixed(start + below[reads])
        elif isinstance(reads, Bag):
            key = _mixed(start + sum([_mixed(below[read]) for read in reads]))
        else:
            key = start
            for read in reads:
                key = _mixed(key * 31 + below[read])
        append(key)
    return below


def _add_what_is_above(rows: RowsOf, keys: list[int]) -> None:
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
