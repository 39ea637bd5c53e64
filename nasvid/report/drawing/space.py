"""A picture of a space: every node it may have, and at each what is left to choose."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from nasvid.cost.budget import Budget
from nasvid.report.drawing.architecture import check_size
from nasvid.report.drawing.choices import tell_choices
from nasvid.report.drawing.lanes import find_lanes
from nasvid.report.drawing.members import Members, Seen, look_at_members
from nasvid.report.drawing.model import Box, Drawing
from nasvid.report.drawing.spec_walk import Give, Site, Walk
from nasvid.report.drawing.spec_words import SpecWords
from nasvid.report.drawing.wording import one_line
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import BlockSpec, InputSpec, Literal


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
    return Drawing(
        subject="space",
        title=one_line(space.name),
        facts=_facts(space, members),
        streams=tuple(inputs),
        boxes=tuple(
            replace(box, lane=lanes[box.path], choices=told.at.get(box.path, ())) for box in boxes
        ),
        edges=tuple(edges),
        groups=tuple(walk.groups),
        shared=told.shared,
    )


def _facts(space: SearchSpace, members: Members) -> tuple[str, ...]:
    open_ones = [decision for decision in space.decisions if decision.num_values > 1]
    facts = [str(space.decisions.size()), f"{len(open_ones)} open decisions"]
    names = dict.fromkeys(constraint.name() for constraint in space.decisions.constraints)
    if names:
        facts.append(f"constraints: {', '.join(names)}")
    if space.limits:
        facts.append(f"budget: {Budget(space.limits)}")
    if members.number:
        facts.append(f"sizes as in {members.number} members")
    return tuple(facts)


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
