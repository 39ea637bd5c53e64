"""Located YAML to input streams and to the nodes of the network."""

from typing import Any

from nasvid.core.errors import Mark
from nasvid.core.registry import unknown_name
from nasvid.core.streams import CHANNELS_OF, MODALITIES
from nasvid.spec.names import check_name
from nasvid.spec.parse_nodes import parse_node, parse_nodes
from nasvid.spec.parse_values import parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import Choice, Edge, Expression, InputSpec, Literal, NodeSpec, ValueSpec
from nasvid.spec.wiring import wire

INPUT_KEYS = ("modality", "channels", "frames", "frame_stride", "size", "mean", "std")
NETWORK_KEYS = ("nodes", "head", "output", "outputs")
DEFAULT_HEAD = "classifier"
# The name of a single output.
OUT = "out"
MAX_COUNT = 10**5
MAX_CHANNELS = 10**4
# RGB: the values of the field's Kinetics recipes. Flow: own choice; see `Stream` for the units.
DEFAULT_MEAN = {"rgb": (0.45, 0.45, 0.45), "flow": (0.0, 0.0)}
DEFAULT_STD = {"rgb": (0.225, 0.225, 0.225), "flow": (0.1, 0.1)}


def parse_inputs(located: Located | None, mark: Mark, problems: Problems) -> tuple[InputSpec, ...]:
    """Read the `inputs:` section; `mark` is where it is missed."""
    if not isinstance(located, Table) or not located.entries:
        message = (
            "needs at least one stream, such as {rgb: {frames: 16, frame_stride: 2, size: 112}}."
        )
        problems.add(mark if located is None else located.mark, "inputs", message)
        return ()
    found: list[InputSpec] = []
    for name, name_mark, value in located.entries:
        path = f"inputs.{name}"
        check_name(name, name_mark, path, problems)
        if isinstance(value, Table):
            found.append(_parse_input(name, value, path, problems))
        else:
            message = f"got {shown(value)}; accepts {{modality, frames, size}}."
            problems.add(value.mark, path, message)
    return tuple(found)


def _parse_input(name: str, table: Table, path: str, problems: Problems) -> InputSpec:
    problems.check_keys(table, path, INPUT_KEYS)
    modality, channels = _parse_modality(name, table, path, problems)
    return InputSpec(
        table.mark,
        name,
        modality,
        channels,
        frames=_parse_count(table, "frames", path, problems),
        frame_stride=_parse_count(table, "frame_stride", path, problems, default=1),
        size=_parse_count(table, "size", path, problems),
        mean=_parse_numbers(
            table, "mean", DEFAULT_MEAN.get(modality, (0.0,) * channels), path, problems
        ),
        std=_parse_numbers(
            table, "std", DEFAULT_STD.get(modality, (1.0,) * channels), path, problems
        ),
    )


def _parse_modality(name: str, table: Table, path: str, problems: Problems) -> tuple[str, int]:
    """Modality and number of channels; one that nasvid does not know has to tell its channels."""
    located = table.get("modality")
    modality = name if located is None else plain(located)
    channels = table.get("channels")
    if modality in MODALITIES:
        if channels is not None and plain(channels) != CHANNELS_OF[modality]:
            message = f"got {shown(channels)}; {modality} has {CHANNELS_OF[modality]}."
            problems.add(channels.mark, f"{path}.channels", message)
        return modality, CHANNELS_OF[modality]
    if channels is None or not isinstance(modality, str):
        mark = table.key_mark("modality")
        message = unknown_name("modality", str(modality), MODALITIES)
        problems.add(mark, f"{path}.modality", f"{message} Another one needs `channels:` too.")
        return MODALITIES[0], CHANNELS_OF[MODALITIES[0]]
    if located is not None:
        check_name(modality, located.mark, f"{path}.modality", problems)
    number = plain(channels)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MAX_CHANNELS:
        message = f"got {shown(channels)}; accepts a number from 1 to {MAX_CHANNELS}."
        problems.add(channels.mark, f"{path}.channels", message)
        return modality, 1
    return modality, number


def _parse_count(
    table: Table, key: str, path: str, problems: Problems, *, default: int | None = None
) -> ValueSpec:
    path = f"{path}.{key}"
    located = table.get(key)
    if located is None:
        if default is None:
            problems.add(table.mark, path, "is missing; give a count or a choice of counts.")
        return Literal(table.mark, default or 1)
    num_problems = len(problems.found)
    value = parse_value(located, path, problems)
    if len(problems.found) > num_problems:
        return Literal(table.mark, 1)
    counts = [option for _, option in value.options] if isinstance(value, Choice) else [value]
    for count in counts:
        if isinstance(count, Expression | Choice):
            continue
        if not isinstance(count, Literal) or not is_clip_count(count.value):
            got = repr(count.value) if isinstance(count, Literal) else shown(located)
            problems.add(count.mark, path, f"got {got}; accepts a count from 1 to {MAX_COUNT}.")
            return Literal(table.mark, 1)
    return value


def is_clip_count(value: object) -> bool:
    """Whether a value can be a number of frames, a frame stride or a size."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT


def _parse_numbers(
    table: Table, key: str, default: tuple[float, ...], path: str, problems: Problems
) -> tuple[float, ...]:
    """One number per channel, as many as there are in the default."""
    located = table.get(key)
    if located is None:
        return default
    value: Any = plain(located)
    numbers: list[Any] = value if isinstance(located, Listing) else [value] * len(default)
    is_right = len(numbers) == len(default) and all(
        isinstance(n, int | float) and not isinstance(n, bool) and (key == "mean" or n > 0)
        for n in numbers
    )
    if not is_right:
        what = "numbers above 0" if key == "std" else "numbers"
        message = f"got {shown(located)}; accepts {len(default)} {what}, one per channel."
        problems.add(located.mark, f"{path}.{key}", message)
        return default
    return tuple(float(n) for n in numbers)


def parse_network(
    located: Located | None, mark: Mark, inputs: tuple[InputSpec, ...], problems: Problems
) -> tuple[tuple[NodeSpec, ...], tuple[tuple[str, Edge], ...]]:
    """Read the `network:` section; `mark` is where it is missed.

    Returns:
        The nodes in order, and name and reference of each output.
    """
    if not isinstance(located, Table):
        message = "is missing; give {nodes: {...}, head: {classes: =classes}}."
        mark = mark if located is None else located.mark
        problems.add(mark, "network", message)
        return (), ()
    problems.check_keys(located, "network", NETWORK_KEYS)
    body, head, output, outputs = (
        located.get(key) for key in ("nodes", "head", "output", "outputs")
    )
    nodes: list[NodeSpec] = []
    if body is not None:
        nodes += parse_nodes(body, "network.nodes", problems)
    if head is not None:
        nodes.append(_parse_head(head, problems))
    elif output is None and outputs is None:
        message = "needs `head:` (a classifier), `output: NODE` or `outputs: {NAME: NODE}`."
        problems.add(located.mark, "network", message)
    wired = wire(nodes, [i.name for i in inputs], "network", problems)
    known = [node.name for node in wired]
    if output is not None and outputs is not None:
        mark = located.key_mark("outputs")
        problems.add(mark, "network", "has `output` and `outputs`; give one.")
    if outputs is not None:
        return wired, _parse_outputs(outputs, known, problems)
    if output is not None:
        return wired, ((OUT, _parse_output(output, known, "network.output", problems)),)
    # A head is always there, so this is no level.
    last = nodes[-1] if nodes else None
    return wired, () if last is None else ((OUT, Edge(last.mark, last.name)),)


def _parse_outputs(
    located: Located, known: list[str], problems: Problems
) -> tuple[tuple[str, Edge], ...]:
    path = "network.outputs"
    if not isinstance(located, Table) or not located.entries:
        message = f"got {shown(located)}; accepts names of outputs and nodes, {{verb: NODE}}."
        problems.add(located.mark, path, message)
        return ()
    found: list[tuple[str, Edge]] = []
    for name, mark, value in located.entries:
        check_name(name, mark, path, problems, allowed=(OUT,))
        found.append((name, _parse_output(value, known, f"{path}.{name}", problems)))
    return tuple(found)


def _parse_output(located: Located, known: list[str], path: str, problems: Problems) -> Edge:
    ref = str(plain(located))
    if ref.split(".", maxsplit=1)[0] not in known:
        problems.add(located.mark, path, unknown_name("node", ref, known))
    return Edge(located.mark, ref)


def _parse_head(located: Located, problems: Problems) -> NodeSpec:
    path = "network.head"
    if not isinstance(located, Table):
        return parse_node(located, path, problems, name="head", mark=located.mark)
    if located.get("block") is None and located.get("each") is None:
        block = ("block", located.mark, Leaf(located.mark, DEFAULT_HEAD))
        located = Table(located.mark, (block, *located.entries))
    return parse_node(located, path, problems, name="head", mark=located.mark)
