"""How shapes, kernels and kinds of nodes read in pictures."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream
from nasvid.graph.ir import Node
from nasvid.graph.primitive import Primitive
from nasvid.report.drawing.model import GateValue

MAX_KERNELS = 6
MAX_COPIES = 8
MAX_TEXT = 80
TIMES = "\N{MULTIPLICATION SIGN}"
SQUARED = "\N{SUPERSCRIPT TWO}"
OVER = "\N{DIVISION SIGN}"
TO = "\N{EN DASH}"
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


def one_line(text: str) -> str:
    r"""A text that a user wrote, without what would break a line or steer a terminal.

    Example:
        >>> one_line("two\nlines"), len(one_line("x" * 1000))
        ('two lines', 80)
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= MAX_TEXT else f"{shown[: MAX_TEXT - 3]}..."


def shape_text(shape: Shape) -> str:
    """Frames x height and width x channels.

    Example:
        >>> shape_text(Shape.clip(64, 8, 56, 56)), shape_text(Shape.clip(64, 8, 40, 56))
        ('8 × 56² × 64', '8 × 40×56 × 64')
        >>> shape_text(Shape.tokens(96, 197).fold(T=8)), shape_text(Shape.vector(400))
        ('8 × 197 tokens × 96', '400')
    """
    parts = [str(size) for _, size in shape.folded]
    if shape.is_clip:
        # A clip that is folded over T holds one frame at each of its positions.
        if shape.frames > 1 or not parts:
            parts.append(str(shape.frames))
        parts.append(size_text(shape.height, shape.width))
    elif shape.is_tokens:
        parts.append("1 token" if shape.axis("N") == 1 else f"{shape.axis('N')} tokens")
    elif len(shape.axes) > 1:
        parts += [
            str(size) for axis, size in zip(shape.axes, shape.sizes, strict=True) if axis != "C"
        ]
    return f" {TIMES} ".join([*parts, str(shape.channels)])


def size_text(height: int | str, width: int | str) -> str:
    """Height and width.

    Example:
        >>> size_text(56, 56), size_text(40, 56)
        ('56²', '40×56')
    """
    return f"{height}{SQUARED}" if height == width else f"{height}{TIMES}{width}"


def frames_of(shape: Shape) -> int:
    """Frames along time, be it an axis or folded; 0 where there is no time any more."""
    folded = [size for name, size in shape.folded if name == "T"]
    if "T" not in shape.axes and not folded:
        return 0
    return shape.frames * prod(folded)


def step_factors(before: Shape, after: Shape) -> dict[str, int]:
    """Axis to the factor by which it shrinks, or grows if that is negative; 1 for neither.

    Axes that are not there on both sides are left out.

    Example:
        >>> step_factors(Shape.clip(3, 32, 224, 224), Shape.clip(64, 16, 56, 56))
        {'T': 2, 'HW': 4}
        >>> step_factors(Shape.clip(3, 8, 7, 7), Shape.vector(3))
        {}
    """
    found: dict[str, int] = {}
    if frames_of(before) and frames_of(after):
        found["T"] = _factor(frames_of(before), frames_of(after))
    if before.is_clip and after.is_clip:
        height = _factor(before.height, after.height)
        width = _factor(before.width, after.width)
        found |= {"HW": height} if height == width else {"H": height, "W": width}
    # A single token is one that was picked out.
    is_row = before.is_tokens and after.is_tokens and before.folded == after.folded
    if is_row and min(before.axis("N"), after.axis("N")) > 1:
        found["N"] = _factor(before.axis("N"), after.axis("N"))
    return found


def _factor(before: int, after: int) -> int:
    # Odd sizes are halved to the next whole number, which is a half all the same; a class token
    # more or less is no change of size.
    return round(before / after) if before >= after else -round(after / before)


def step_texts(seen: Sequence[Mapping[str, int]]) -> tuple[str, ...]:
    """Where time, space or the number of tokens changes by a factor, in some of these at least.

    Example:
        >>> step_texts([{"T": 1, "HW": 2}]), step_texts([{"T": 1}, {"T": 4}]), step_texts([{"T": -2}])
        (('HW ÷2',), ('T ÷1–4',), ('T ×2',))
    """
    texts: list[str] = []
    for axis in dict.fromkeys(axis for factors in seen for axis in factors):
        # No change is the same whichever way it is counted.
        found = sorted({1 if f == -1 else f for factors in seen if (f := factors.get(axis))})
        low, high = found[0], found[-1]
        if low == high == 1:
            continue
        sign = OVER if high > 1 else TIMES
        sizes = sorted({max(1, factor if sign == OVER else -factor) for factor in found})
        texts.append(f"{axis} {sign}{range_text(sizes)}")
    return tuple(texts)


def range_text(values: Sequence[int]) -> str:
    """One number, or the least and the largest of several.

    Example:
        >>> range_text([4, 4]), range_text([4, 1, 2])
        ('4', '1–4')
    """
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}{TO}{high}"


def gate_text(gate: GateValue) -> str:
    """A gate with the digits that an eye can use.

    Example:
        >>> gate_text(0.98922044), gate_text("learned"), gate_text(None)
        ('0.989', 'learned', '')
    """
    if gate is None:
        return ""
    return f"{gate:.3g}" if isinstance(gate, float | int) else gate


def stream_text(stream: Stream) -> str:
    """Modality and frame stride.

    Example:
        >>> stream_text(Stream("rgb", 3, 8, 4, 224, (0.0,) * 3, (1.0,) * 3))
        'rgb, frame stride 4'
    """
    return f"{stream.modality}, frame stride {stream.frame_stride}"


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
