"""In what the copies that a node is made of differ."""

from collections.abc import Sequence

from nasvid.graph.ir import Node
from nasvid.report.drawing.node_words import is_repeat, telling

MAX_COPIES = 8


def copies_of(node: Node) -> tuple[Node, ...]:
    """The copies that a node is made of, be they covered by blocks or not; none where it is one."""
    if node.body is None:
        return ()
    inner = node.body.nodes
    if is_repeat(node):
        return inner
    return copies_of(inner[0]) if len(inner) == 1 else ()


def copy_notes(node: Node) -> list[str]:
    """What some copies alone have, such as kernels along time."""
    # Ratios are rounded to widths, so they differ where nothing else does.
    told = [
        list(dict.fromkeys(text.partition(" 0.")[0] for text in telling(copy)))
        for copy in copies_of(node)
    ]
    where: dict[str, tuple[int, ...]] = {}
    for text in dict.fromkeys(text for copy in told for text in copy):
        where[text] = tuple(k for k, copy in enumerate(told) if text in copy)
    alike: dict[tuple[int, ...], list[str]] = {}
    for text, copies in where.items():
        if len(copies) < len(told):
            alike.setdefault(copies, []).append(text)
    return [
        f"{', '.join(texts)} in {numbers_text(copies, len(told))}"
        for copies, texts in alike.items()
    ]


def numbers_text(copies: Sequence[int], number: int) -> str:
    """Which copies of so many these are, counted from 0.

    Example:
        >>> numbers_text([0, 2, 4], 5), numbers_text([1], 4), numbers_text([0, 1, 4], 5)
        ('even copies', 'copy 1', 'copies 0, 1, 4')
    """
    if len(copies) > 1 and list(copies) == list(range(copies[0], number, 2)) and copies[0] < 2:
        return "odd copies" if copies[0] else "even copies"
    shown = [str(copy) for copy in copies[:MAX_COPIES]]
    shown += ["..."] if len(copies) > MAX_COPIES else []
    return f"{'copies' if len(copies) > 1 else 'copy'} {', '.join(shown)}"
