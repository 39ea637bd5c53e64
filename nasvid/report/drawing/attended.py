"""Lines from what boxes only attend to: in AssembleNet++ from nearly every box to every other one."""

from dataclasses import replace

from nasvid.report.drawing.model import Drawing

# As many as can be followed by eye.
MAX_SEEN = 8


def without_attended(drawing: Drawing) -> Drawing:
    """The picture without these lines, unless they are few; boxes name what they attend to."""
    hidden = [edge for edge in drawing.edges if edge.gate == "attention" and edge.mark == "same"]
    if len(hidden) <= MAX_SEEN:
        return drawing
    sources: dict[str, list[str]] = {}
    for edge in hidden:
        sources.setdefault(edge.target, []).append(edge.source)
    boxes = tuple(
        replace(box, notes=(*box.notes, f"attends to {', '.join(sources[box.path])}"))
        if box.path in sources
        else box
        for box in drawing.boxes
    )
    edges = tuple(edge for edge in drawing.edges if edge not in set(hidden))
    return replace(drawing, boxes=boxes, edges=edges, num_hidden=len(hidden))
