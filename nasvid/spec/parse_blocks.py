"""Located YAML to blocks: parameters and a body."""

from typing import Any, get_args, get_type_hints

from nasvid.core.registry import unknown_name
from nasvid.spec.parse_nodes import check_name, parse_nodes
from nasvid.spec.parse_values import parse_scalar, parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Located, Table, plain, shown
from nasvid.spec.syntax import BlockSpec, Expression, Literal, ParamSpec
from nasvid.spec.wiring import wire

BLOCK_KEYS = ("description", "params", "body", "nodes", "output", "outputs", "when")
PARAM_KEYS = ("type", "default", "description")
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
    return tuple(found)


def parse_block(name: str, table: Table, path: str, problems: Problems) -> BlockSpec:
    """Read one block."""
    problems.check_keys(table, path, BLOCK_KEYS)
    body = table.get("body") or table.get("nodes")
    if isinstance(body, Table) and body.get("nodes") is not None:
        # `body: {nodes: ..., output: ...}` says the same as both keys on the block itself.
        problems.check_keys(body, f"{path}.body", ("nodes", "output", "outputs"))
        rest = tuple(e for e in table.entries if e[0] not in ("body", "output", "outputs"))
        table = Table(table.mark, rest + body.entries)
        body = table.get("nodes")
    if body is None:
        problems.add(table.mark, path, "has no body; give a list or mapping of nodes.")
    nodes = () if body is None else parse_nodes(body, f"{path}.body", problems)
    nodes = wire(nodes, ("in",), f"{path}.body", problems)
    when = table.get("when")
    condition = parse_scalar(when, f"{path}.when", problems) if isinstance(when, Leaf) else None
    if when is not None and not isinstance(condition, Expression):
        problems.add(when.mark, f"{path}.when", f"got {shown(when)}; accepts a condition, \"=ratio > 0\".")
    description = table.get("description")
    return BlockSpec(
        table.mark,
        name,
        _parse_params(table.get("params"), f"{path}.params", problems),
        nodes,
        _parse_outputs(table, [node.name for node in nodes], path, problems),
        condition if isinstance(condition, Expression) else None,
        "" if description is None else str(plain(description)),
    )


def _parse_outputs(
    table: Table, names: list[str], path: str, problems: Problems
) -> tuple[tuple[str, str], ...]:
    outputs = table.get("outputs")
    entries: list[tuple[str, Any, Located]]
    if outputs is None:
        output = table.get("output")
        if output is None:
            return (("out", names[-1]),) if names else ()
        entries = [("out", output.mark, output)]
    elif isinstance(outputs, Table) and outputs.entries:
        entries = list(outputs.entries)
    else:
        problems.add(outputs.mark, f"{path}.outputs", "accepts a mapping of port to node.")
        return ()
    found: list[tuple[str, str]] = []
    for port, mark, value in entries:
        ref = plain(value)
        if not isinstance(ref, str) or ref.split(".")[0] not in (*names, "in"):
            problems.add(
                value.mark, f"{path}.outputs", unknown_name("node", str(ref), [*names, "in"])
            )
            continue
        if port != "out":
            check_name(port, mark, f"{path}.outputs", problems)
        found.append((port, ref))
    return tuple(found)


def _parse_params(
    located: Located | None, path: str, problems: Problems
) -> tuple[ParamSpec, ...]:
    if located is None:
        return ()
    if not isinstance(located, Table):
        problems.add(located.mark, path, f"got {shown(located)}; accepts a mapping, {{out: 32}}.")
        return ()
    found: list[ParamSpec] = []
    for name, mark, value in located.entries:
        check_name_of_param(name, mark, path, problems)
        found.append(_parse_param(name, value, f"{path}.{name}", problems))
    return tuple(found)


def check_name_of_param(name: str, mark: Any, path: str, problems: Problems) -> None:
    """As `check_name`; `out` is the usual name of a width, so a parameter may have it."""
    if name != "out":
        check_name(name, mark, path, problems)


def _parse_param(name: str, value: Located, path: str, problems: Problems) -> ParamSpec:
    if not isinstance(value, Table) or value.get("type") is None:
        default = parse_value(value, path, problems)
        return ParamSpec(value.mark, name, _kind_of(default), default)
    problems.check_keys(value, path, PARAM_KEYS)
    kind = plain(value.get("type") or value)
    if kind not in PARAM_KINDS:
        problems.add(value.mark, path, unknown_name("type", str(kind), PARAM_KINDS))
        kind = "any"
    given = value.get("default")
    return ParamSpec(
        value.mark, name, kind, None if given is None else parse_value(given, path, problems)
    )


def _kind_of(default: object) -> Any:
    if not isinstance(default, Literal):
        return "any"
    if isinstance(default.value, bool):
        return "boolean"
    return "numbers" if isinstance(default.value, int | float) else "any"
