"""A picture as a Mermaid flowchart, for Markdown pages that draw it themselves.

Source: syntax as in https://mermaid.js.org/syntax/flowchart.html.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from nasvid.report.drawing.model import Box, Drawing, Edge
from nasvid.report.drawing.theme import LIGHT, lane_color, mark_color
from nasvid.report.drawing.wording import TIMES, gate_text

_BREAK = "<br/>"
# Mermaid reads entities with a # in place of the &.
_ENTITIES = {"#": "#35;", "&": "#amp;", "<": "#lt;", ">": "#gt;", '"': "#quot;"}
_SHAPES = {"input": ("([", "])"), "block": ("[", "]"), "layer": ("[", "]")}


def to_mermaid(drawing: Drawing) -> str:
    """The text of the file."""
    names = [{box.path: f"b{k}" for k, box in enumerate(drawing.boxes)}]
    for number, inset in enumerate(drawing.insets):
        names.append({box.path: f"i{number}_b{k}" for k, box in enumerate(inset.boxes)})
    lines = ["---", f"title: {json.dumps(_title(drawing))}", "---", "flowchart TD"]
    lines += _nested(drawing, "", names[0], "  ")
    for number, inset in enumerate(drawing.insets):
        lines.append(f'  subgraph i{number}["{escaped(inset.title)}"]')
        lines += _nested(inset, "", names[number + 1], "    ")
        lines.append("  end")
    if drawing.shared:
        lines.append(f'  shared["{_BREAK.join(map(escaped, drawing.shared))}"]')
    edges: list[Edge] = []
    classes: dict[tuple[str, str, bool], list[str]] = {}
    for one, name in zip((drawing, *drawing.insets), names, strict=True):
        edges += one.edges
        _classify(one.boxes, name, classes)
        for edge in one.edges:
            lines.append(f"  {name[edge.source]} {_arrow(edge)} {name[edge.target]}")
    lines += _link_styles(edges)
    lines += _classes(classes)
    return "\n".join(lines) + "\n"


def _title(drawing: Drawing) -> str:
    return ", ".join([drawing.title, *drawing.facts])


def _nested(drawing: Drawing, parent: str, name: Mapping[str, str], indent: str) -> Iterator[str]:
    for number, group in enumerate(drawing.groups):
        if group.parent == parent:
            count = f" {TIMES}{group.count}" if group.count else ""
            yield f'{indent}subgraph g{number}["{escaped(group.path + count)}"]'
            yield from _nested(drawing, group.path, name, f"{indent}  ")
            yield f"{indent}end"
    for box in drawing.boxes:
        if box.group == parent:
            yield f"{indent}{name[box.path]}{_label(box)}"


def _label(box: Box) -> str:
    opening, closing = ("[[", "]]") if box.count else _SHAPES[box.role]
    count = f" {TIMES}{box.count}" if box.count else ""
    lines = [box.join, f"{box.path}{count}", box.kind]
    lines += [*box.shapes, ", ".join(box.steps), *box.choices, *box.notes]
    text = _BREAK.join(escaped(line) for line in lines if line)
    return f'{opening}"{text}"{closing}'


def escaped(text: str) -> str:
    """Text as a label in quotes may have it.

    Example:
        >>> escaped('a<b & "c"')
        'a#lt;b #amp; #quot;c#quot;'
    """
    return "".join(_ENTITIES.get(c, c if c.isprintable() else " ") for c in text)


def _arrow(edge: Edge) -> str:
    line = "-.->" if edge.is_optional or edge.gate == "attention" else "-->"
    texts = [edge.port] if edge.port else []
    if edge.gate is not None:
        texts.append(gate_text(edge.gate))
    return f'{line}|"{escaped(" ".join(texts))}"|' if texts else line


def _link_styles(edges: Sequence[Edge]) -> Iterator[str]:
    for number, edge in enumerate(edges):
        styles: list[str] = []
        if isinstance(edge.gate, float | int):
            styles.append(f"stroke-width:{0.8 + 5.0 * edge.gate:.1f}px")
        color = mark_color(edge.mark)
        if color is not None:
            styles.append(f"stroke:{LIGHT[color]}")
        if styles:
            yield f"  linkStyle {number} {','.join(styles)}"


def _classify(
    boxes: Sequence[Box], name: Mapping[str, str], members: dict[tuple[str, str, bool], list[str]]
) -> None:
    for box in boxes:
        key = (lane_color(box.lane), mark_color(box.mark) or "", box.is_optional)
        members.setdefault(key, []).append(name[box.path])


def _classes(members: Mapping[tuple[str, str, bool], Sequence[str]]) -> Iterator[str]:
    for number, ((fill, mark, is_optional), names) in enumerate(members.items()):
        line = LIGHT[mark or f"{fill}-line"]
        style = f"fill:{LIGHT[fill]},stroke:{line},color:{LIGHT['ink']}"
        style += ",stroke-width:3px" if mark else ""
        style += ",stroke-dasharray:4 3" if is_optional or mark == "removed" else ""
        yield f"  classDef c{number} {style}"
        yield f"  class {','.join(names)} c{number}"
