"""The constructor of a class of a generated file."""

import inspect
from itertools import groupby

from nasvid.export.layout import Call, lay_out, literal
from nasvid.export.parameters import Parameter, Path
from nasvid.export.patterns import (
    BlockPattern,
    ChainPattern,
    LayerPattern,
    Pattern,
    arguments_of,
)
from nasvid.export.scope import ClassScope

# Arguments that people give by position.
_POSITIONAL = frozenset(
    {
        "in_channels",
        "out_channels",
        "channels",
        "in_features",
        "out_features",
        "num_features",
        "normalized_shape",
    }
)
# Arguments that stand there even at their default.
_TELLING = frozenset({"kernel_size", "p"})
# From this many equal links on, a chain is written as a loop.
_LOOP = 3

Argument = tuple[str, "Call | str"]


def init_lines(scope: ClassScope) -> list[str]:
    """The lines of `__init__`; none where there is nothing to construct."""
    if not scope.children and not scope.kept:
        return []
    parameters = [
        ("", f"{parameter.name}: {_annotation(parameter)}")
        for parameter in scope.definition.parameters
    ]
    lines = lay_out("def ", Call("__init__", (("", "self"), *parameters)), " -> None:", indent=4)
    lines.append("        super().__init__()")
    lines += [f"        self.{attribute} = {name}" for name, attribute in scope.kept.items()]
    constructed: set[str] = set()
    for node, attribute in scope.children.items():
        if attribute in constructed:
            continue
        constructed.add(attribute)
        expression = _construct(scope, scope.pattern(node), (node,))
        if attribute.isdigit():
            call = Call("self.add_module", (("", literal(attribute)), ("", expression)))
            lines += lay_out("", call, indent=8)
        else:
            lines += lay_out(f"self.{attribute} = ", expression, indent=8)
    return lines


def _construct(scope: ClassScope, pattern: Pattern, path: Path) -> Call:
    if isinstance(pattern, ChainPattern):
        links = [
            _construct(scope, item, (*path, str(index))) for index, item in enumerate(pattern.items)
        ]
        return _sequential(links)
    if isinstance(pattern, BlockPattern):
        names = [p.name for p in scope.definitions[pattern.definition].parameters]
        values = {name: _value(scope, (*path, name)) for name in names}
        return Call(scope.class_names[pattern.definition], _arguments(names, values))
    assert isinstance(pattern, LayerPattern)
    return _layer(scope, pattern, path)


def _layer(scope: ClassScope, pattern: LayerPattern, path: Path) -> Call:
    defaults = arguments_of(pattern.factory)
    values: dict[str, str] = {}
    for name in sorted(pattern.arguments, key=list(defaults).index):
        is_literal = scope.parameter((*path, name)) is None
        value = _value(scope, (*path, name))
        is_known = is_literal and value == _default(defaults[name])
        if not is_known or name in _TELLING:
            values[name] = value
    factory = pattern.factory
    is_torch = factory.__module__.split(".")[0] == "torch"
    callee = f"nn.{factory.__name__}" if is_torch else factory.__name__
    return Call(callee, _arguments(list(inspect.signature(factory).parameters), values))


def _default(value: object) -> str | None:
    is_plain = value is None or isinstance(value, bool | int | float | str)
    return literal(value) if is_plain else None


def _value(scope: ClassScope, path: Path) -> str:
    parameter = scope.parameter(path)
    return literal(scope.definition.literals[path]) if parameter is None else parameter.name


def _arguments(signature: list[str], values: dict[str, str]) -> tuple[Argument, ...]:
    """Leading arguments that everyone knows by position, the rest by keyword."""
    positional: list[Argument] = []
    for name in signature:
        if name not in _POSITIONAL or name not in values:
            break
        positional.append(("", values[name]))
    known = signature[: len(positional)]
    return (*positional, *((f"{n}=", v) for n, v in values.items() if n not in known))


def _sequential(links: list[Call]) -> Call:
    return Call("nn.Sequential", tuple(_looped(links)), is_list=True)


def _looped(links: list[Call]) -> list[Argument]:
    """Runs of equal links as a loop, since each call makes new weights."""
    arguments: list[Argument] = []
    for _, run in groupby(links, key=str):
        equal = list(run)
        if len(equal) < _LOOP:
            arguments += [("", link) for link in equal]
        else:
            arguments.append(("", f"*({equal[0]} for _ in range({len(equal)}))"))
    return arguments


def _annotation(parameter: Parameter) -> str:
    kinds = {_kind(value): None for value in parameter.values}
    return " | ".join(sorted(kinds, key=lambda kind: (kind == "None", len(kind), kind)))


def _kind(value: object) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_kind(item) for item in value)}]"
    return "None" if value is None else type(value).__name__
