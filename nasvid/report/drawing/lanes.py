"""Which stream each box belongs to.

A stream begins where nodes read an input. It goes on through a node that joins it with another one if
all that comes from the stream passes there, while the other one goes on elsewhere too: the slow
stream of SlowFast takes in the fast one and stays the slow stream. Where two streams end in one node
they have met, and where none does, as between the blocks of AssembleNet, the node is of none.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from nasvid.report.drawing.model import Lane

# Streams that leak into others, which leak into others, are told apart one round after another.
_MAX_ROUNDS = 8


def find_lanes(
    inputs: Sequence[str], kinds: Mapping[str, str], reads: Mapping[str, Sequence[str]]
) -> dict[str, Lane | None]:
    """The lane of each input and box.

    Args:
        inputs: Paths of the inputs.
        kinds: Path to what it is, of the other boxes, each behind those that it reads.
        reads: Path of a box to the paths of what it reads.

    Example:
        >>> reads = {"stem": ["fast"], "side": ["stem"], "fuse": ["slow", "side"]}
        >>> reads |= {"pool": ["stem"], "end": ["fuse", "pool"]}
        >>> lanes = find_lanes(["slow", "fast"], dict.fromkeys(reads, "conv"), reads)
        >>> lanes["fuse"], lanes["end"]
        (Lane(stream=0, branch=0), None)
    """
    boxes = list(kinds)
    branches = _branches(inputs, kinds, reads)
    lanes: dict[str, Lane | None] = {}
    leaks: set[tuple[str, str]] = set()
    for _ in range(_MAX_ROUNDS):
        is_ahead = _always_ahead([*inputs, *boxes], reads, leaks)
        lanes, joins = _walked(inputs, boxes, reads, branches, is_ahead)
        found = {
            (source, box) for box in joins for source in reads[box] if lanes[source] != lanes[box]
        }
        if found <= leaks:
            break
        leaks |= found
    return lanes


def _walked(
    inputs: Sequence[str],
    boxes: Sequence[str],
    reads: Mapping[str, Sequence[str]],
    branches: Mapping[str, Lane],
    is_ahead: Callable[[str, str], bool],
) -> tuple[dict[str, Lane | None], list[str]]:
    """The lanes, and the boxes where a stream takes in another one and goes on."""
    lanes: dict[str, Lane | None] = {name: Lane(k) for k, name in enumerate(inputs)}
    joins: list[str] = []
    carried = {name: frozenset({Lane(k)}) for k, name in enumerate(inputs)}
    roots = {Lane(k): name for k, name in enumerate(inputs)}
    for box in boxes:
        found = frozenset[Lane]().union(*(carried[source] for source in reads[box]))
        if box in branches:
            found = frozenset({branches[box]})
            roots[branches[box]] = box
        ended = [lane for lane in found if is_ahead(box, roots[lane])]
        lanes[box] = _lane(found, ended)
        carried[box] = frozenset(ended) if len(ended) == 1 else found
        if len(ended) == 1 and len(found) > 1:
            joins.append(box)
    return lanes, joins


def _lane(found: frozenset[Lane], ended: Sequence[Lane]) -> Lane | None:
    if len(found) == 1:
        return next(iter(found))
    if len(ended) == 1:
        return ended[0]
    streams = {lane.stream for lane in found}
    return Lane(streams.pop()) if len(streams) == 1 else None


def _branches(
    inputs: Sequence[str], kinds: Mapping[str, str], reads: Mapping[str, Sequence[str]]
) -> dict[str, Lane]:
    """The boxes of one kind that read one input and nothing else, where there are several."""
    found: dict[str, Lane] = {}
    for number, name in enumerate(inputs):
        alike: dict[str, list[str]] = {}
        for box, kind in kinds.items():
            if set(reads[box]) == {name}:
                # Kernels may differ, as they do in the two streams of RGB of AssembleNet.
                alike.setdefault(kind.partition(":")[0], []).append(box)
        stems = [box for same in alike.values() if len(same) > 1 for box in same]
        found |= {box: Lane(number, branch) for branch, box in enumerate(stems)}
    return found


def _always_ahead(
    order: Sequence[str], reads: Mapping[str, Sequence[str]], leaks: Collection[tuple[str, str]]
) -> Callable[[str, str], bool]:
    """Whether every way from a box (the second one) to the end of the network passes another.

    Ways out of a stream into another one do not count.
    """
    number = {path: index for index, path in enumerate(order)}
    readers: dict[str, list[str]] = {path: [] for path in order}
    for box, sources in reads.items():
        for source in dict.fromkeys(sources):
            readers[source].append(box)
    # As bits, since networks of many boxes would make large sets.
    passed: dict[str, int] = {}
    for path in reversed(order):
        common = -1 if readers[path] else 0
        for reader in readers[path]:
            if (path, reader) not in leaks:
                common &= passed[reader]
        passed[path] = common | 1 << number[path]
    return lambda ahead, path: bool(passed[path] >> number[ahead] & 1)
