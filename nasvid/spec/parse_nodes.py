"""Located YAML to nodes and repeats."""

from dataclasses import replace

from nasvid.core.errors import Mark
from nasvid.spec.names import MAX_NODES, check_name, is_name
from nasvid.spec.parse_sources import parse_node_source
from nasvid.spec.parse_values import (
    parse_arguments,
    parse_block_arguments,
    parse_range,
    parse_value,
)
from nasvid.spec.problems import Problems, is_tail
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import (
    Arguments,
    BlockCall,
    Choice,
    Literal,
    NodeSpec,
    Repeat,
    ValueSpec,
)

NODE_KEYS = (
    "name", "block", "from", "merge", "align", "repeat", "each", "first", "last", "per_copy", "when",
)  # fmt: skip
RANGE_KEYS = frozenset(("min", "max", "step"))
MAX_COPIES = 1_000


def parse_nodes(located: Located, path: str, problems: Problems) -> tuple[NodeSpec, ...]:
    """Read a list of nodes (each reads the one before) or a mapping of names to nodes."""
    if isinstance(located, Leaf):
        message = f"got {shown(located)}; accepts a list or mapping of nodes."
        problems.add(located.mark, path, message)
        return ()
    number = len(located.entries) if isinstance(located, Table) else len(located.items)
    if not number:
        problems.add(located.mark, path, "has no nodes; at least one is needed.")
    if number > MAX_NODES:
        problems.add(located.mark, path, f"has {number} nodes; at most {MAX_NODES} fit.")
        return ()
    if isinstance(located, Table):
        return tuple(
            parse_node(value, f"{path}.{name}", problems, name=name, mark=mark)
            for name, mark, value in located.entries
        )
    return _parse_list(located, path, problems)


def _parse_list(located: Listing, path: str, problems: Problems) -> tuple[NodeSpec, ...]:
    nodes = [
        parse_node(item, f"{path}[{position}]", problems)
        for position, item in enumerate(located.items)
    ]
    named = [isinstance(i, Table) and i.get("name") is not None for i in located.items]
    # Names that are given stand; nodes called after their block get a number where it is taken.
    taken = {node.name for node, is_given in zip(nodes, named, strict=True) if is_given}
    for position, (node, is_given) in enumerate(zip(nodes, named, strict=True)):
        if is_given:
            continue
        name, count = node.name, 1
        while name in taken:
            count += 1
            name = f"{node.name}_{count}"
        taken.add(name)
        nodes[position] = replace(node, name=name)
    return tuple(nodes)


def parse_node(
    located: Located,
    path: str,
    problems: Problems,
    *,
    name: str | None = None,
    mark: Mark | None = None,
) -> NodeSpec:
    """Read one node: a block's name, `{NAME: arguments}`, or the long form with `block:`."""
    if name is not None and (not isinstance(located, Table) or located.get("name") is None):
        check_name(name, mark or located.mark, path, problems)
    if isinstance(located, Leaf) and isinstance(located.value, str):
        block: ValueSpec = parse_value(located, path, problems)
        return NodeSpec(located.mark, name or _default_name(block), block, ())
    if not isinstance(located, Table):
        problems.add(
            located.mark,
            path,
            f"got {shown(located)}; accepts a block's name or a mapping such as "
            "{block: conv3d, out: 64}.",
        )
        return NodeSpec(located.mark, name or "node", Literal(located.mark, None), ())
    given = located.get("name")
    if given is not None:
        name = str(plain(given))
        check_name(name, given.mark, path, problems)
    block, arguments = _parse_block(located, path, problems)
    when = located.get("when")
    return NodeSpec(
        located.mark,
        name or _default_name(block),
        block,
        arguments,
        parse_node_source(located, path, problems),
        _parse_repeat(located, path, problems),
        None if when is None else parse_value(when, f"{path}.when", problems),
    )


def _parse_block(table: Table, path: str, problems: Problems) -> tuple[ValueSpec, Arguments]:
    each = table.get("each")
    if each is None:
        return _parse_named_block(table, path, problems)
    at = f"{path}.each"
    for key, mark, _ in table.entries:
        if key == "block" or key not in NODE_KEYS:
            problems.add(mark, path, f"{key!r} stands beside `each:`; it belongs into it.")
    if isinstance(each, Leaf) and isinstance(each.value, str):
        return parse_value(each, at, problems), ()
    if not isinstance(each, Table):
        problems.add(each.mark, at, f"got {shown(each)}; accepts {{block: ...}}.")
        return Literal(each.mark, None), ()
    for key, mark, _ in each.entries:
        if key != "block" and key in NODE_KEYS:
            problems.add(mark, at, f"{key!r} belongs to the node, beside `each:`.")
    return _parse_named_block(each, at, problems)


def _parse_named_block(table: Table, path: str, problems: Problems) -> tuple[ValueSpec, Arguments]:
    block = table.get("block")
    if block is not None:
        arguments = parse_arguments(table, path, problems, skipped=NODE_KEYS)
        return parse_value(block, f"{path}.block", problems), arguments
    others = [e for e in table.entries if e[0] not in NODE_KEYS and not is_tail(table, e[0])]
    if len(others) != 1:
        got = ", ".join(name for name, _, _ in others) or "none"
        problems.add(
            table.mark,
            path,
            f"names no block (keys beside the known ones: {got}); write {{block: conv3d, out: 64}} "
            "or {conv3d: {out: 64}}.",
        )
        return Literal(table.mark, None), ()
    name, mark, value = others[0]
    return Literal(mark, name), parse_block_arguments(value, path, problems)


def _default_name(block: ValueSpec) -> str:
    name = block.block if isinstance(block, BlockCall) else None
    if isinstance(block, Literal) and isinstance(block.value, str):
        name = block.value
    return name if name and is_name(name) else "op"


def _parse_repeat(table: Table, path: str, problems: Problems) -> Repeat | None:
    located = table.get("repeat")
    if located is None:
        for key in ("each", "first", "last", "per_copy"):
            if table.get(key) is not None:
                message = f"{key!r} needs `repeat:`, the number of copies."
                problems.add(table.key_mark(key), path, message)
        return None
    per_copy = table.get("per_copy")
    if per_copy is not None and not isinstance(plain(per_copy), bool):
        message = f"per_copy: got {shown(per_copy)}; accepts true or false."
        problems.add(per_copy.mark, path, message)
    return Repeat(
        located.mark,
        _parse_count(located, f"{path}.repeat", problems),
        per_copy is not None and plain(per_copy) is True,
        _parse_variant(table, "first", path, problems),
        _parse_variant(table, "last", path, problems),
    )


def _parse_count(located: Located, path: str, problems: Problems) -> ValueSpec:
    if isinstance(located, Table) and not RANGE_KEYS.isdisjoint(located.keys):
        ranged = parse_range(located, path, problems)
        if ranged is None:
            return Literal(located.mark, 1)
        return _checked_count(ranged, path, problems)
    num_problems = len(problems.found)
    count = parse_value(located, path, problems)
    if len(problems.found) > num_problems:
        return Literal(located.mark, 1)
    return _checked_count(count, path, problems)


def _checked_count(count: ValueSpec, path: str, problems: Problems) -> ValueSpec:
    counts = [option for _, option in count.options] if isinstance(count, Choice) else [count]
    for value in counts:
        if isinstance(value, Literal) and not is_count(value.value):
            message = f"got {value.value!r} copies; accepts 0 to {MAX_COPIES}."
            problems.add(value.mark, path, message)
            return Literal(value.mark, 1)
    return count


def is_count(value: object) -> bool:
    """Whether a value can be a number of copies."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COPIES


def _parse_variant(table: Table, key: str, path: str, problems: Problems) -> Arguments:
    value = table.get(key)
    if value is None:
        return ()
    if not isinstance(value, Table):
        message = f"got {shown(value)}; accepts arguments, {{stride: 2}}."
        problems.add(value.mark, f"{path}.{key}", message)
        return ()
    return parse_arguments(value, f"{path}.{key}", problems)
