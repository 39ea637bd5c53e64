"""What a node is in a few words: its name, the kernels in it, and what else tells most."""

from collections.abc import Iterator, Sequence

from nasvid.graph.ir import Node
from nasvid.graph.primitive import Primitive
from nasvid.report.drawing.wording import TO

MAX_KERNELS = 6
# What tells more of a block than the sizes of its kernels.
_TELLING = {
    "attention_product": "attention",
    "window_attention": "window attention",
    "relative_attention": "attention",
    "lstm": "lstm",
    "gru": "gru",
    "skip_rnn": "skip_rnn",
    "representation_flow": "representation_flow",
}
# Blocks that are known by their names.
_TELLING_BLOCKS = ("squeeze_excite", "context_gate", "non_local")
POOLS = ("max_pool", "avg_pool")


def primitive_kind(op: Primitive) -> str:
    """Name and kernel, or what else tells most.

    Example:
        >>> from nasvid.graph.primitive import make_primitive
        >>> primitive_kind(make_primitive("conv", {"out": 8, "kernel": (5, 7, 7)}))
        'conv 5x7x7'
        >>> primitive_kind(make_primitive("relu", {}))
        'relu'
    """
    kernel = kernel_text(op)
    name = op.name()
    return f"{name} {kernel}" if kernel else name


def kernel_text(op: Primitive) -> str:
    """The kernel on T, H and W with its dilation; empty where it is 1x1x1 or there is none."""
    kernel = _lengths(op, "kernel")
    if set(kernel) <= {1}:
        return ""
    text = "x".join(map(str, kernel))
    groups = getattr(op, "groups", 1)
    if groups > 1 and groups == getattr(op, "out", 0):
        text = f"depthwise {text}"
    dilation = max(_lengths(op, "dilation"), default=1)
    return f"{text} dilated {dilation}" if dilation > 1 else text


def _lengths(op: Primitive, name: str) -> tuple[int, ...]:
    """A parameter on one axis or several; nothing where there is none."""
    value: int | tuple[int, ...] = getattr(op, name, ())
    return (value,) if isinstance(value, int) else value


def kind_and_count(node: Node) -> tuple[str, int]:
    """What a node is, with what tells most about it, and how many copies stand behind each other."""
    if node.body is None:
        return "" if node.op is None else primitive_kind(node.op), 1
    if node.block in _TELLING_BLOCKS:
        return next(telling(node)), 1
    unit, count = _unit_and_count(node)
    # A block that is a mere cover of copies is known by both names.
    is_cover = count > 1 and not is_repeat(node)
    name = f"{node.block} of {unit}" if is_cover else unit
    if count == 1 and not is_repeat(node) and (filling := _filling(node)):
        name = f"{name} of {filling}"
    told = _ranged(list(dict.fromkeys(telling(node))))
    shown = told[:MAX_KERNELS] + (["..."] if len(told) > MAX_KERNELS else [])
    return (f"{name}: {', '.join(shown)}" if shown else name), count


def _unit_and_count(node: Node) -> tuple[str, int]:
    """Name of the block that a node is made of copies of, or is; and how many."""
    if node.op is not None:
        return primitive_kind(node.op), 1
    inner = () if node.body is None else node.body.nodes
    if is_repeat(node):
        names = list(dict.fromkeys(_unit_and_count(copy)[0] for copy in inner))
        return (" or ".join(names) if len(names) <= 2 else f"{len(names)} kinds"), len(inner)
    if len(inner) == 1 and inner[0].body is not None:
        name, count = _unit_and_count(inner[0])
        if count > 1:
            return name, count
    return node.block or "block", 1


def is_repeat(node: Node) -> bool:
    """Whether a node is a chain of copies; those alone are named by numbers."""
    if node.body is None or not node.body.nodes:
        return False
    return all(inner.name.isdecimal() for inner in node.body.nodes)


def _filling(node: Node) -> str:
    """Name of the one block in a cover, where that has a role there; else empty."""
    inner = () if node.body is None else node.body.nodes
    if len(inner) != 1 or inner[0].body is None or inner[0].name == inner[0].block:
        return ""
    return _unit_and_count(inner[0])[0]


def telling(node: Node) -> Iterator[str]:
    """Kernels, pools, gates and what else tells most of a node, in order."""
    if node.block in _TELLING_BLOCKS:
        yield f"{node.block}{_ratio(node)}"
    elif node.body is not None:
        for inner in node.body.nodes:
            yield from telling(inner)
    elif node.op is not None:
        name = node.op.name()
        if name in _TELLING:
            yield _TELLING[name]
        elif text := kernel_text(node.op):
            if name in ("conv", "conv_transposed"):
                yield text
            elif name in (*POOLS, "tgm_conv"):
                yield f"{name.removesuffix('_conv')} {text}"


def _ranged(told: Sequence[str]) -> list[str]:
    """With several ratios of a block as one range."""
    ratios: dict[str, list[str]] = {}
    for text in told:
        name, has_ratio, ratio = text.partition(" 0.")
        ratios.setdefault(name, []).extend([f"0.{ratio}"] if has_ratio else [])
    return [
        f"{name} {min(found)}{TO}{max(found)}" if len(found) > 1 else " ".join([name, *found])
        for name, found in ratios.items()
    ]


def _ratio(node: Node) -> str:
    """Width inside against that outside, where it is less."""
    outer = node.shapes[0][1].channels
    widths = [shape.channels for inner in _primitives(node) for _, shape in inner.shapes]
    least = min(widths, default=outer)
    return f" {least / outer:.2g}" if least < outer else ""


def _primitives(node: Node) -> Iterator[Node]:
    if node.body is None:
        yield node
    else:
        for inner in node.body.nodes:
            yield from _primitives(inner)
