"""A picture of a space: every node it may have, and at each what is left to choose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from nasvid.cost.budget import Budget
from nasvid.report.drawing.architecture import check_size
from nasvid.report.drawing.choices import tell_choices
from nasvid.report.drawing.inside import (
    MAX_BOXES,
    Inside,
    as_insets,
    has_branches,
    painted,
)
from nasvid.report.drawing.lanes import find_lanes
from nasvid.report.drawing.members import Members, Seen, look_at_members
from nasvid.report.drawing.model import Box, Drawing, Lane
from nasvid.report.drawing.spec_walk import Give, Site, Walk
from nasvid.report.drawing.spec_words import SpecWords
from nasvid.report.drawing.wording import one_line
from nasvid.spec.constraint import Constraint
from nasvid.spec.constraints.sum_equals import SumEquals
from nasvid.spec.formula import Formula
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import BlockSpec, InputSpec, Literal

# Addresses that are told of a sum.
MAX_ADDED = 3


def draw_space(space: SearchSpace, depth: int | None = None) -> Drawing:
    """A picture of a space.

    Args:
        space: The space.
        depth: Levels of blocks that are opened; None opens those with several outputs. Blocks that
            are chosen are not opened.

    Raises:
        NasvidError: There would be too many boxes.
    """
    members = look_at_members(space)
    walk = Walk(SpecWords(space, members), _opens(depth))
    inputs = [_input(spec, members) for spec in space.network.inputs]
    known = {spec.name: (Give(spec.name),) for spec in space.network.inputs}
    walk.body(space.network.nodes, Site(), known)
    boxes = [*inputs, *walk.boxes.values()]
    check_size(len(boxes))
    return _finished(space, boxes, walk, members)


def _opens(depth: int | None) -> Callable[[BlockSpec, int], bool]:
    if depth is None:
        return lambda spec, _: len(spec.outputs) > 1
    return lambda _, level: level < depth


def _finished(space: SearchSpace, boxes: Sequence[Box], walk: Walk, members: Members) -> Drawing:
    edges = list(walk.edges.values())
    inputs = [spec.name for spec in space.network.inputs]
    reads: dict[str, list[str]] = {path: [] for path in walk.boxes}
    for edge in edges:
        reads[edge.target].append(edge.source)
    kinds = {path: box.kind for path, box in walk.boxes.items()}
    lanes = find_lanes(inputs, kinds, reads)
    told = tell_choices(space.decisions, {box.path for box in boxes}, walk.level_of)
    drawn = Drawing(
        subject="space",
        title=one_line(space.name),
        facts=_facts(space, members, walk.member_of),
        streams=tuple(inputs),
        boxes=tuple(
            replace(box, lane=lanes[box.path], choices=told.at.get(box.path, ())) for box in boxes
        ),
        edges=tuple(edges),
        groups=tuple(walk.groups),
        shared=told.shared,
    )
    return replace(drawn, insets=_insets(walk, lanes))


def _insets(walk: Walk, lanes: Mapping[str, Lane | None]) -> tuple[Drawing, ...]:
    """Pictures of the closed blocks that have branches."""
    found: list[Inside] = []
    for path, block, inner in walk.insides():
        boxes, edges = tuple(inner.boxes.values()), tuple(inner.edges.values())
        drawing = Drawing(subject="inside", title="", boxes=boxes, edges=edges)
        if len(boxes) <= MAX_BOXES and has_branches(drawing):
            found.append(Inside(path, block, painted(drawing, lanes[path])))
    return as_insets(found)


def _facts(space: SearchSpace, members: Members, member_of: Mapping[str, str]) -> tuple[str, ...]:
    open_ones = [decision for decision in space.decisions if decision.num_values > 1]
    facts = [str(space.decisions.size()), f"{len(open_ones)} open decisions"]
    constraints = space.decisions.constraints
    names = dict.fromkeys(_constraint(constraint, member_of) for constraint in constraints)
    if names:
        facts.append(f"constraints: {', '.join(names)}")
    if space.limits:
        facts.append(f"budget: {Budget(space.limits)}")
    if members.number:
        facts.append(f"sizes as in {members.number} members")
    return tuple(facts)


def _constraint(constraint: Constraint, member_of: Mapping[str, str]) -> str:
    """Name of a constraint; of a sum also what is added and up to what."""
    if not isinstance(constraint, SumEquals):
        return constraint.name()
    total = constraint.total
    context = total.paths if isinstance(total, Formula) else ()
    added: dict[str, None] = {}
    for path in constraint.paths:
        if path not in context:
            first, dot, rest = path.partition(".")
            added[f"{member_of.get(first, first)}{dot}{rest}"] = None
    wanted = total.text.removeprefix("=") if isinstance(total, Formula) else f"{total:g}"
    more = ", ..." if len(added) > MAX_ADDED else ""
    return f"{', '.join(list(added)[:MAX_ADDED])}{more} add up to {wanted}"


def _input(spec: InputSpec, members: Members) -> Box:
    stride = spec.frame_stride
    known = f", frame stride {stride.value}" if isinstance(stride, Literal) else ""
    seen = members.seen.get(spec.name, Seen())
    return Box(
        path=spec.name,
        role="input",
        kind=f"{spec.modality}{known}",
        shapes=seen.shape_texts(),
        frames=seen.frames(),
    )
