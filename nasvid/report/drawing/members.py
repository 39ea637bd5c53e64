"""What some members of a space look like: the range of shapes and copies at every node.

Members are drawn by fixed keys, besides the ones that take the first and the last option of every
decision, so that a picture of a space is always the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from nasvid.core.errors import NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Node
from nasvid.lowering.lower import lower_nodes
from nasvid.report.drawing.node_words import is_repeat
from nasvid.report.drawing.shape_words import frames_of, step_factors, step_texts
from nasvid.report.drawing.wording import SQUARED, TIMES, range_text
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.decisions import Genotype
from nasvid.spec.search_space import SearchSpace

DRAWN = 8


@dataclass(slots=True)
class Seen:
    """A node, or an input, in the members that have it.

    Args:
        shapes: Port and shape of what it gives.
        steps: By which factors time and space shrink.
        copies: How many stand behind each other.
    """

    shapes: list[tuple[str, Shape]] = field(default_factory=list[tuple[str, Shape]])
    steps: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    copies: list[int] = field(default_factory=list[int])

    def shape_texts(self) -> tuple[str, ...]:
        """The range of shapes, a line for each output."""
        ports = list(dict.fromkeys(port for port, _ in self.shapes))
        texts = [shapes_text([s for p, s in self.shapes if p == port]) for port in ports]
        if len(ports) == 1:
            return tuple(texts)
        return tuple(f"{port} {text}" for port, text in zip(ports, texts, strict=True))

    def step_texts(self) -> tuple[str, ...]:
        """The range of factors."""
        return step_texts(self.steps)

    def frames(self) -> int:
        """Frames that come out, where they are always the same; else 0."""
        found = {frames_of(shape) for _, shape in self.shapes}
        return found.pop() if len(found) == 1 else 0


@dataclass(frozen=True, slots=True)
class Members:
    """What members have in common.

    Args:
        number: How many were looked at.
        seen: Address of a node, numbers of copies left out, to what it is like.
    """

    number: int
    seen: dict[str, Seen]


def look_at_members(space: SearchSpace) -> Members:
    """Look at a few members; those whose shapes do not fit are left out."""
    seen: dict[str, Seen] = {}
    number = 0
    for genotype in _genotypes(space):
        try:
            graph = lower_nodes(space, genotype)
        except NasvidError:
            continue
        number += 1
        for given in graph.inputs:
            seen.setdefault(given.name, Seen()).shapes.append(("out", given.shape))
        _look(graph, "", seen)
    return Members(number, seen)


def _genotypes(space: SearchSpace) -> Iterator[Genotype]:
    table = space.decisions
    picks: Sequence[Callable[[Decision], DecisionValue]] = (_first, _last)
    for number, pick in enumerate(picks):
        wanted = {decision.path: pick(decision) for decision in table}
        try:
            yield table.complete(wanted, keyed_rng("draw", "end", number))
        except NasvidError:
            continue
    for number in range(DRAWN):
        try:
            yield table.sample(keyed_rng("draw", number))
        except NasvidError:
            return


def _first(decision: Decision) -> DecisionValue:
    return next(decision.values())


def _last(decision: Decision) -> DecisionValue:
    if decision.kind == "choice":
        return decision.options[-1]
    return decision.options[: decision.most]


def _look(graph: Graph, prefix: str, seen: dict[str, Seen]) -> None:
    for node in graph.nodes:
        if node.name.isdecimal():
            path = prefix.removesuffix(".")
        else:
            path = prefix + node.name
            found = seen.setdefault(path, Seen())
            found.shapes += node.shapes
            before = max((graph.shape_of[ref] for ref in node.inputs), key=lambda s: s.size)
            found.steps.append(step_factors(before, node.shapes[0][1]))
            found.copies.append(_copies(node))
        if node.body is not None:
            _look(node.body, f"{path}.", seen)


def _copies(node: Node) -> int:
    if node.body is None or not is_repeat(node):
        return 1
    return len(node.body.nodes)


def shapes_text(shapes: Sequence[Shape]) -> str:
    """The range of some shapes, axis by axis.

    Example:
        >>> shapes_text([Shape.clip(16, 8, 28, 28), Shape.clip(64, 8, 14, 14)])
        '8 × 14–28² × 16–64'
        >>> shapes_text([Shape.vector(10), Shape.clip(10, 1, 1, 1)])
        '10 or 1 × 1² × 10'
    """
    kinds: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Shape]] = {}
    for shape in shapes:
        kinds.setdefault((shape.axes, tuple(name for name, _ in shape.folded)), []).append(shape)
    return " or ".join(_range(found) for found in kinds.values())


def _range(shapes: Sequence[Shape]) -> str:
    first = shapes[0]
    parts = [range_text([shape.folded[k][1] for shape in shapes]) for k in range(len(first.folded))]
    if first.is_clip:
        if not parts or any(shape.frames > 1 for shape in shapes):
            parts.append(range_text([shape.frames for shape in shapes]))
        heights, widths = [s.height for s in shapes], [s.width for s in shapes]
        if heights == widths:
            parts.append(f"{range_text(heights)}{SQUARED}")
        else:
            parts.append(f"{range_text(heights)}{TIMES}{range_text(widths)}")
    elif first.is_tokens:
        number = range_text([shape.axis("N") for shape in shapes])
        parts.append("1 token" if number == "1" else f"{number} tokens")
    parts.append(range_text([shape.channels for shape in shapes]))
    return f" {TIMES} ".join(parts)
