"""Located YAML to nodes and repeats."""

from dataclasses import replace

from nasvid.core.errors import Mark
from nasvid.spec.names import MAX_NODES, check_name, is_name
from nasvid.spec.parse_repeats import REPEAT_KEYS, parse_repeat
from nasvid.spec.parse_sources import parse_node_source
from nasvid.spec.parse_values import parse_arguments, parse_block_arguments, parse_value
from nasvid.spec.problems import Problems, is_tail
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import (
    Arguments,
    BlockCall,
    Literal,
    NodeSpec,
    ValueSpec,
)

NODE_KEYS = (
    "name", "block", "from", "merge", "align", "repeat", *REPEAT_KEYS, "when", "otherwise",
    "level", "totals", "share",
)  # fmt: skip
# In place of a node that is not there: not even what it reads passes.
NOTHING = "nothing"


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
        parse_repeat(located, path, problems),
        None if when is None else parse_value(when, f"{path}.when", problems),
        *_parse_otherwise(located, path, problems),
        _parse_level(located, path, problems),
        totals=_parse_totals(located, path, problems),
        share=_parse_share(located, path, problems),
    )


def _parse_share(table: Table, path: str, problems: Problems) -> str:
    located = table.get("share")
    if located is None:
        return ""
    name = plain(located)
    if not isinstance(name, str):
        problems.add(located.mark, f"{path}.share", f"got {shown(located)}; accepts a name.")
        return ""
    check_name(name, located.mark, f"{path}.share", problems)
    return name


def _parse_totals(table: Table, path: str, problems: Problems) -> tuple[tuple[str, float], ...]:
    located = table.get("totals")
    if located is None:
        return ()
    if not isinstance(located, Table):
        message = f"got {shown(located)}; accepts parameters and what they add up to, {{out: 256}}."
        problems.add(located.mark, f"{path}.totals", message)
        return ()
    found: list[tuple[str, float]] = []
    for name, _, value in located.entries:
        total = plain(value)
        if isinstance(total, bool) or not isinstance(total, int | float):
            message = f"got {shown(value)}; accepts a number."
            problems.add(value.mark, f"{path}.totals.{name}", message)
        else:
            found.append((name, total))
    return tuple(found)


def _parse_level(table: Table, path: str, problems: Problems) -> int | None:
    located = table.get("level")
    if located is None:
        return None
    number = plain(located)
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    problems.add(located.mark, f"{path}.level", f"got {shown(located)}; accepts a number.")
    return None


def _parse_otherwise(table: Table, path: str, problems: Problems) -> tuple[NodeSpec | None, bool]:
    """What stands in place of a node that is not there, and whether nothing does."""
    located = table.get("otherwise")
    if located is None:
        return None, False
    if table.get("when") is None:
        message = "'otherwise' needs `when:`, the condition under which the node is there."
        problems.add(table.key_mark("otherwise"), path, message)
    if isinstance(located, Leaf) and located.value == NOTHING:
        return None, True
    at = f"{path}.otherwise"
    for key in ("from", "merge", "align", "when", "otherwise", "name"):
        if isinstance(located, Table) and located.get(key) is not None:
            problems.add(located.key_mark(key), at, f"{key!r} belongs to the node, beside it.")
    return parse_node(located, at, problems, name="otherwise", mark=located.mark), False


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
