"""Nodes of a network that were placed before, by all that they hang on.

Members of a space that a search proposes differ in few decisions, so most of their nodes are those
of members before them. Like a body, a node hangs on what is chosen inside it and on the shapes that
it sees; besides on what its edges read, and on named decisions that it or any block speaks of.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from nasvid.core.errors import SpaceError
from nasvid.core.kept import Kept
from nasvid.graph.ir import Input
from nasvid.lowering.bodies import MAX_PRIMITIVES, MAX_STEPS, Bodies
from nasvid.lowering.builder import Placed
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.memo import memo_of
from nasvid.lowering.mentions import names_of
from nasvid.lowering.site import Site
from nasvid.spec.codes import Code
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import NodeSpec

# Primitives of the nodes that are kept, of about 1.5 kB each; and how many keys.
MAX_KEPT = 100_000
MAX_KEYS = 5_000


@dataclass(frozen=True, slots=True)
class Start:
    """What there is before the first node.

    Args:
        shared: Named decisions and `classes`, which all blocks see.
        inputs: The streams.
    """

    shared: Mapping[str, Any]
    inputs: tuple[Input, ...]


class Placements:
    """The nodes of the network of one space.

    Args:
        space: The space.
    """

    def __init__(self, space: SearchSpace) -> None:
        network = space.network
        self._plans = [_Plan(node, space) for node in network.nodes]
        owners = {item.name for item in network.inputs} | {name for name, _ in network.decisions}
        self._start_part = _part_of(space, owners)
        self._starts = Kept[Start](MAX_KEYS)
        self._placed = Kept[tuple[Placed, int]](MAX_KEPT)

    def start(self, code: Code, clip: ClipSize | None, make: Callable[[], Start]) -> Start:
        """What there is before the first node of a member.

        Args:
            code: What is chosen.
            clip: Frames and size in place of those of the space.
            make: Makes it where it is not known.
        """
        key = (self._start_part(code), clip)
        known = self._starts.get(key)
        if known is None:
            known = make()
            self._starts.keep(key, known)
        return known

    def place(self, bodies: Bodies, site: Site, code: Code) -> None:
        """Place all nodes of a member.

        Args:
            bodies: Places those that are new.
            site: The network.
            code: What is chosen.

        Raises:
            SpaceError: Shapes or parameters do not fit; says where.
        """
        builder = site.builder
        for number, plan in enumerate(self._plans):
            key = (number, plan.key(bodies, site, code))
            known = self._placed.get(key)
            if known is not None:
                placed, num_steps = known
                # Where it gets too large, placing it anew tells so.
                if (
                    bodies.num_steps + num_steps <= MAX_STEPS
                    and builder.num_primitives + placed.num_primitives <= MAX_PRIMITIVES
                    and builder.add_again(placed)
                ):
                    bodies.num_steps += num_steps
                    continue
            self._place(key, plan.node, bodies, site)

    def _place(self, key: Hashable, node: NodeSpec, bodies: Bodies, site: Site) -> None:
        state, steps = site.builder.state(), bodies.num_steps
        bodies.node(node, site)
        placed = site.builder.since(state)
        # Who shares weights with whom is known to the builder alone.
        if placed is not None and not any(added.share for added in placed.nodes):
            self._placed.keep(key, (placed, bodies.num_steps - steps), placed.num_primitives)


class _Plan:
    """What one node of a network hangs on."""

    def __init__(self, node: NodeSpec, space: SearchSpace) -> None:
        self.node = node
        mentioned = names_of(node)
        owners = {node.name, *_named(space, mentioned | memo_of(space.catalogue).names)}
        if node.member is not None:
            owners.add(node.member.level)
        self._part = _part_of(space, owners)
        # `stage1.channels` speaks of the shape of a node, as does `stage1.fast.channels`.
        self._measured = tuple(sorted({n.rpartition(".")[0] for n in mentioned if "." in n}))
        self._read = Kept[tuple[str, ...]](MAX_KEYS)

    def key(self, bodies: Bodies, site: Site, code: Code) -> Hashable:
        """Equal where the node is the same and comes to the same."""
        part = self._part(code)
        read = self._read.get(part)
        if read is None:
            read = self._read_by(bodies, site)
            self._read.keep(part, read)
        seen = site.builder.seen
        if self._measured:
            shapes = site.builder.shapes
            measured = tuple([shapes.get(ref) for ref in self._measured])
            return (part, measured, *[seen(ref) for ref in read])
        return (part, *[seen(ref) for ref in read])

    def _read_by(self, bodies: Bodies, site: Site) -> tuple[str, ...]:
        """References of the edges that are taken."""
        source = self.node.source
        if source is None:
            return ()
        try:
            edges = bodies.values.edges(source, site.address(self.node))
        except SpaceError:
            # It has no edges, as of a level with fewer nodes.
            return ()
        return tuple(edge.ref for edge in edges)


def _named(space: SearchSpace, names: set[str]) -> set[str]:
    """The named decisions among these names, and those that they are made of."""
    known = dict(space.network.decisions)
    found: set[str] = set()
    waiting = [name for name in names if name in known]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in names_of(known[name]) if other in known]
    return found


def _part_of(space: SearchSpace, owners: set[str]) -> Callable[[Code], Hashable]:
    """What is chosen in these nodes, inputs and named decisions."""
    places = [
        place
        for place, decision in enumerate(space.decisions)
        if decision.path.partition(".")[0] in owners
    ]
    return itemgetter(*places) if places else _nothing


def _nothing(code: Code) -> Hashable:
    del code
    return ()


def placements_of(space: SearchSpace) -> Placements:
    """The nodes of a space that were placed before."""
    if space not in _PLACEMENTS:
        _PLACEMENTS[space] = Placements(space)
    return _PLACEMENTS[space]


_PLACEMENTS: WeakKeyDictionary[SearchSpace, Placements] = WeakKeyDictionary()
