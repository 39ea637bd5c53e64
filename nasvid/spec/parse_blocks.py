"""Located YAML to blocks: parameters and a body."""

from typing import Any, get_args, get_type_hints

from nasvid.core.registry import unknown_name
from nasvid.spec.names import check_name
from nasvid.spec.parse_nodes import parse_nodes
from nasvid.spec.parse_values import parse_scalar, parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import IN, BlockSpec, Edge, Expression, Literal, NodeSpec, ParamSpec
from nasvid.spec.wiring import wire

BLOCK_KEYS = ("description", "params", "inputs", "body", "nodes", "output", "outputs", "when")
WRAPPED_BODY_KEYS = ("nodes", "output", "outputs")
PARAM_KEYS = ("type", "default", "description", "width")
PARAM_KINDS: tuple[str, ...] = get_args(get_type_hints(ParamSpec)["kind"])


def parse_blocks(located: Located | None, problems: Problems) -> tuple[BlockSpec, ...]:
    """Read the `blocks:` section."""
    if located is None:
        return ()
    if not isinstance(located, Table):
        problems.add(located.mark, "blocks", f"got {shown(located)}; accepts a mapping of blocks.")
        return ()
    found: list[BlockSpec] = []
    for name, mark, value in located.entries:
        path = f"blocks.{name}"
        check_name(name, mark, path, problems)
        if isinstance(value, Table):
            found.append(parse_block(name, value, path, problems))
        else:
            problems.add(value.mark, path, f"got {shown(value)}; accepts {{params, body}}.")
            # Nodes may name it all the same; one message is enough.
            found.append(BlockSpec(value.mark, name, (), (), ()))
    return tuple(found)


def parse_block(name: str, table: Table, path: str, problems: Problems) -> BlockSpec:
    """Read one block."""
    problems.check_keys(table, path, BLOCK_KEYS)
    for key, other in (("body", "nodes"), ("output", "outputs")):
        if table.get(key) is not None and table.get(other) is not None:
            problems.add(table.key_mark(other), path, f"has {key!r} and {other!r}; give one.")
    body = table.get("body") or table.get("nodes")
    ends = table
    if isinstance(body, Table) and body.get("nodes") is not None:
        # `body: {nodes: ..., output: ...}` says the same as both keys on the block itself.
        problems.check_keys(body, f"{path}.body", WRAPPED_BODY_KEYS)
        ends = body if any(key in body.keys for key in ("output", "outputs")) else table
        body = body.get("nodes")
    nodes: tuple[NodeSpec, ...] = ()
    if body is None:
        problems.add(table.mark, path, "has no body; give a list or mapping of nodes.")
    else:
        nodes = parse_nodes(body, f"{path}.body", problems)
    last = nodes[-1] if nodes else None
    inputs = _parse_inputs(table.get("inputs"), f"{path}.inputs", problems)
    nodes = wire(nodes, inputs, f"{path}.body", problems)
    outputs = _parse_outputs(ends, last, nodes, inputs, path, problems)
    description = table.get("description")
    return BlockSpec(
        table.mark,
        name,
        _parse_params(table.get("params"), f"{path}.params", problems),
        nodes,
        outputs,
        inputs,
        _parse_when(table.get("when"), f"{path}.when", problems),
        "" if description is None else str(plain(description)),
    )


def _parse_when(located: Located | None, path: str, problems: Problems) -> Expression | None:
    if located is None:
        return None
    if isinstance(located, Leaf):
        num_problems = len(problems.found)
        condition = parse_scalar(located, path, problems)
        if isinstance(condition, Expression):
            return condition
        if len(problems.found) > num_problems:
            return None
    message = f'got {shown(located)}; accepts a condition, "=ratio > 0".'
    problems.add(located.mark, path, message)
    return None


def _parse_inputs(located: Located | None, path: str, problems: Problems) -> tuple[str, ...]:
    if located is None:
        return (IN,)
    if not isinstance(located, Listing) or not located.items:
        message = f"got {shown(located)}; accepts a list of names, [fast, slow]."
        problems.add(located.mark, path, message)
        return (IN,)
    names: list[str] = []
    for item in located.items:
        name = plain(item)
        if not isinstance(name, str):
            problems.add(item.mark, path, f"got {shown(item)}; accepts a name.")
            continue
        check_name(name, item.mark, path, problems, allowed=(IN,))
        if name in names:
            problems.add(item.mark, path, f"names {name!r} twice.")
        else:
            names.append(name)
    return tuple(names) or (IN,)


def _parse_outputs(
    table: Table,
    last: NodeSpec | None,
    nodes: tuple[NodeSpec, ...],
    inputs: tuple[str, ...],
    path: str,
    problems: Problems,
) -> tuple[tuple[str, Edge], ...]:
    names = [*(node.name for node in nodes), *inputs]
    outputs, output = table.get("outputs"), table.get("output")
    if outputs is None and output is None:
        if last is not None and last.name not in names:
            message = f"ends in the level {last.name!r}; add a node that reads it."
            problems.add(last.mark, path, message)
        return (("out", Edge(last.mark, last.name)),) if last is not None else ()
    if outputs is None and output is not None:
        edge = _parse_output(output, names, f"{path}.output", problems)
        return () if edge is None else (("out", edge),)
    if not isinstance(outputs, Table) or not outputs.entries:
        problems.add(
            table.key_mark("outputs"), f"{path}.outputs", "accepts a mapping of port to node."
        )
        return ()
    found: list[tuple[str, Edge]] = []
    for port, mark, value in outputs.entries:
        check_name(port, mark, f"{path}.outputs", problems, allowed=("out",))
        edge = _parse_output(value, names, f"{path}.outputs.{port}", problems)
        if edge is not None:
            found.append((port, edge))
    return tuple(found)


def _parse_output(located: Located, names: list[str], path: str, problems: Problems) -> Edge | None:
    ref = plain(located)
    if isinstance(ref, str) and ref.split(".")[0] in names:
        return Edge(located.mark, ref)
    problems.add(located.mark, path, unknown_name("node", str(ref), names))
    return None


def _parse_params(located: Located | None, path: str, problems: Problems) -> tuple[ParamSpec, ...]:
    if located is None:
        return ()
    if not isinstance(located, Table):
        problems.add(located.mark, path, f"got {shown(located)}; accepts a mapping, {{out: 32}}.")
        return ()
    found: list[ParamSpec] = []
    for name, mark, value in located.entries:
        # `out` is the usual name of a width.
        check_name(name, mark, path, problems, allowed=("out",))
        found.append(_parse_param(name, value, f"{path}.{name}", problems))
    return tuple(found)


def _parse_param(name: str, value: Located, path: str, problems: Problems) -> ParamSpec:
    if not isinstance(value, Table) or value.get("type") is None:
        default = parse_value(value, path, problems)
        return ParamSpec(value.mark, name, _kind_of(default), default)
    num_problems = len(problems.found)
    problems.check_keys(value, path, PARAM_KEYS)
    kind: Any = plain(value.get("type") or value)
    if kind not in PARAM_KINDS:
        mark = value.key_mark("type")
        problems.add(mark, path, unknown_name("type", str(kind), PARAM_KINDS))
        kind = "any"
    given = value.get("default")
    default = None if given is None else parse_value(given, path, problems)
    if default is None and len(problems.found) > num_problems:
        # Whether it must be given cannot be told.
        default = Literal(value.mark, None)
    width = value.get("width")
    is_width = None if width is None else plain(width)
    if width is not None and not isinstance(is_width, bool):
        problems.add(width.mark, f"{path}.width", f"got {shown(width)}; accepts true or false.")
    return ParamSpec(value.mark, name, kind, default, is_width)


def _kind_of(default: object) -> Any:
    if not isinstance(default, Literal):
        return "any"
    if isinstance(default.value, bool):
        return "boolean"
    return "numbers" if isinstance(default.value, int | float) else "any"
