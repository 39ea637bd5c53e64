"""The constructor parameters of a class: which of its numbers are one, and what to call them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from nasvid.export.identifiers import Names, variable_name
from nasvid.export.patterns import LayerPattern, OperationPattern, Pattern, Value
from nasvid.graph.ir import OUT, Graph

# Where a value stands: node, position in each `nn.Sequential` on the way, argument.
Path = tuple[str, ...]
# The values at one path, one for each instance of a class.
Column = tuple[Value, ...]

_ENDS = ("in_channels", "channels", "out_channels")
_WIDTHS = ("in_features", "out_features", "num_features", "num_channels", "normalized_shape")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constructor parameter.

    Args:
        name: Its name.
        values: What each instance passes.
        paths: Where it is used.
        is_width: Whether it counts channels.
    """

    name: str
    values: Column
    paths: tuple[Path, ...]
    is_width: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """Paths whose values are equal in every instance and mean the same."""

    column: Column
    paths: list[Path]
    argument: str
    is_width: bool

    @property
    def node(self) -> str:
        return variable_name(self.paths[0][0])


def name_parameters(
    bodies: tuple[Graph, ...], varying: Mapping[Path, Column], patterns: Mapping[str, Pattern]
) -> tuple[Parameter, ...]:
    """Parameters for the values that differ between instances, widths first.

    Columns of equal values are one parameter where their arguments have one name, or all count
    channels. A width is called after the end of the block at which as many channels stand.
    """
    groups = _grouped(varying, patterns)
    ends = _ends(bodies)
    wanted = [_wanted(group, ends, patterns) for group in groups]
    counts = Counter(wanted)
    names = Names()
    parameters: list[Parameter] = []
    for name, group in sorted(zip(wanted, groups, strict=True), key=_rank):
        unique = name if counts[name] == 1 else f"{group.node}_{name}"
        parameters.append(
            Parameter(names.claim(unique), group.column, tuple(group.paths), group.is_width)
        )
    return tuple(parameters)


def _grouped(varying: Mapping[Path, Column], patterns: Mapping[str, Pattern]) -> list[_Group]:
    groups: dict[tuple[str, Column], _Group] = {}
    for path, column in varying.items():
        argument = _argument(path, patterns)
        is_width = argument in _WIDTHS or argument.endswith("channels")
        group = _Group(column, [], argument, is_width)
        groups.setdefault(("width" if is_width else argument, column), group).paths.append(path)
    # A depthwise convolution has as many groups as channels: that is the same number.
    for meaning, column in list(groups):
        if meaning == "groups" and ("width", column) in groups:
            groups["width", column].paths.extend(groups.pop((meaning, column)).paths)
    return list(groups.values())


def _wanted(group: _Group, ends: Mapping[Column, str], patterns: Mapping[str, Pattern]) -> str:
    if not group.is_width:
        return group.argument
    is_own = isinstance(patterns[group.paths[0][0]], LayerPattern) or group.argument in _ENDS
    return ends.get(group.column, f"{group.node}_channels" if is_own else group.argument)


def _rank(item: tuple[str, _Group]) -> int:
    name, group = item
    return _ENDS.index(name) if name in _ENDS else len(_ENDS) + (not group.is_width)


def _ends(bodies: tuple[Graph, ...]) -> dict[Column, str]:
    """The columns of channels that come in and go out, and what to call them."""
    names: dict[Column, str] = {}
    first = bodies[0]
    for index, entry in enumerate(first.inputs):
        column = tuple(body.inputs[index].shape.channels for body in bodies)
        prefix = "in" if len(first.inputs) == 1 else variable_name(entry.name)
        names.setdefault(column, f"{prefix}_channels")
    for index, (port, _) in enumerate(first.outputs):
        column = tuple(body.output_shapes[index][1].channels for body in bodies)
        prefix = variable_name(port)
        if port == OUT and column in names:
            names[column] = "channels"
        names.setdefault(column, f"{prefix}_channels")
    return names


def _argument(path: Path, patterns: Mapping[str, Pattern]) -> str:
    """Name of the argument at a path; a number of an operation may have none but its node's."""
    pattern = patterns[path[0]]
    if isinstance(pattern, OperationPattern):
        return pattern.holes[int(path[1])] or f"{variable_name(path[0])}_{path[1]}"
    return path[-1]
