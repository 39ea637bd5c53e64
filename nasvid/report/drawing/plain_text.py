"""A picture as text, for terminals: a line for each box beside the rails of the streams."""

from collections.abc import Iterator, Mapping, Sequence

from nasvid.report.drawing.legend import MARKS
from nasvid.report.drawing.model import Box, Drawing, Edge, Mark
from nasvid.report.drawing.rails import Rails, readers_left
from nasvid.report.drawing.straight import straight_edges
from nasvid.report.drawing.wording import OVER, SQUARED, TIMES, gate_text

_SIGNS: Mapping[Mark, str] = {
    "same": "\N{BLACK CIRCLE}",
    "added": "+",
    "removed": "-",
    "changed": "~",
    "reshaped": "=",
}
_INPUT = "\N{WHITE CIRCLE}"
# Texts that are longer push what follows aside.
MAX_COLUMN = 36
GAP = "  "


def to_text(drawing: Drawing) -> str:
    """The text of the file."""
    lines = [drawing.title, *([", ".join(drawing.facts)] if drawing.facts else [])]
    lines += [f"  {choice}" for choice in drawing.shared]
    lines.append("")
    lines += (line.rstrip() for line in _picture(drawing))
    for inset in drawing.insets:
        lines += ["", f"[{inset.title}]", *(line.rstrip() for line in _picture(inset))]
    lines += ["", *_legend(drawing)]
    return "\n".join(lines) + "\n"


def _picture(drawing: Drawing) -> Iterator[str]:
    order = [box.path for box in drawing.boxes]
    row = {path: k for k, path in enumerate(order)}
    edges: dict[str, list[Edge]] = {path: [] for path in order}
    for edge in drawing.edges:
        edges[edge.target].append(edge)
    # What a difference draws may go in circles; what reads from below has no rail.
    reads = {
        path: list(dict.fromkeys(e.source for e in edges[path] if row[e.source] < row[path]))
        for path in order
    }
    straight = {target: source for source, target in straight_edges(drawing)}
    rails = Rails(readers_left(order, reads))
    texts: list[tuple[str, Sequence[str]]] = []
    known: set[str] = set()
    for box in drawing.boxes:
        for group in drawing.groups:
            if group.path not in known and f"{box.path}.".startswith(f"{group.path}."):
                known.add(group.path)
                count = f" {TIMES}{group.count}" if group.count else ""
                texts.append((rails.plain, [f"[{group.path}{count}: {group.kind}]"]))
        sign = _INPUT if box.role == "input" and box.mark == "same" else _SIGNS[box.mark]
        *above, here = rails.box(box.path, reads[box.path], straight.get(box.path), sign)
        texts += [(line, []) for line in above]
        texts.append((here, _cells(box)))
        texts += [(rails.plain, [f"    {line}"]) for line in _more(box, edges[box.path])]
    yield from _aligned(texts)


def _cells(box: Box) -> list[str]:
    count = f" {TIMES}{box.count}" if box.count else ""
    shapes = ", ".join([*box.shapes, *(f"[{step}]" for step in box.steps)])
    return [f"{box.path}{count}{' ?' if box.is_optional else ''}", box.kind, shapes]


def _more(box: Box, edges: Sequence[Edge]) -> Iterator[str]:
    """What does not fit into one line."""
    tells = len(edges) > 1 or any(edge.gate is not None or edge.is_optional for edge in edges)
    if tells:
        listed = ", ".join(map(_read, edges))
        yield f"{box.join} of {listed}" if box.join else f"reads {listed}"
    yield from (f"? {choice}" for choice in box.choices)
    yield from box.notes


def _read(edge: Edge) -> str:
    text = f"{edge.source}.{edge.port}" if edge.port else edge.source
    told = [gate_text(edge.gate)] if edge.gate is not None else []
    if edge.before is not None:
        told = [f"{gate_text(edge.before)} -> {gate_text(edge.gate)}"]
    told += ["open"] if edge.is_optional else []
    sign = "" if edge.mark in ("same", "changed") else _SIGNS[edge.mark]
    return f"{sign}{text}" + (f" ({', '.join(told)})" if told else "")


def _aligned(texts: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """Rails, then names, kinds and shapes in columns."""
    wide = max((len(rails) for rails, _ in texts), default=0)
    boxes = [cells for _, cells in texts if len(cells) == 3]
    widths = [
        max((len(cells[k]) for cells in boxes if len(cells[k]) <= MAX_COLUMN), default=0)
        for k in range(2)
    ]
    for rails, cells in texts:
        if len(cells) != 3:
            yield f"{rails:{wide}}{GAP}{''.join(cells)}"
            continue
        head = GAP.join(f"{cells[k]:{widths[k]}}" for k in range(2))
        yield f"{rails:{wide}}{GAP}{head}{GAP}{cells[2]}"


def _legend(drawing: Drawing) -> Iterator[str]:
    told: Mapping[str, bool] = {
        f"frames {TIMES} size {TIMES} channels: 8 {TIMES} 56{SQUARED} {TIMES} 64": True,
        f"[T {OVER}2]: time shrinks": any(box.steps for box in drawing.boxes),
        f"{TIMES}3: copies": any(box.count for box in drawing.boxes),
        "?: open": any(box.choices or box.is_optional for box in drawing.boxes),
    }
    yield "; ".join(text for text, is_there in told.items() if is_there)
    marks = {item.mark for item in (*drawing.boxes, *drawing.edges)}
    listed = [f"{_SIGNS[mark]} {text}" for mark, text in MARKS.items() if mark in marks]
    if listed:
        yield "; ".join(listed)
