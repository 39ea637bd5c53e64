"""Located YAML to nodes, edges and repeats."""

import re
from typing import Literal as OneOf

from nasvid.core.errors import Mark
from nasvid.core.registry import unknown_name
from nasvid.spec.parse_values import (
    Arguments,
    parse_arguments,
    parse_block_arguments,
    parse_range,
    parse_value,
)
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import BlockCall, Edge, Literal, NodeSpec, Repeat, Source, ValueSpec

NODE_KEYS = (
    "name", "block", "from", "merge", "align", "repeat", "each", "first", "last", "per_copy", "when",
)  # fmt: skip
SOURCE_KEYS = ("choice", "any_of", "any_earlier", "all_of", "min", "max", "merge", "align")
MAX_NODES = 2_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
RESERVED_NAMES = ("in", "out", "i")


def check_name(name: str, mark: Mark, path: str, problems: Problems) -> None:
    """Note a name that is not letters, digits and underscores, or that the language uses."""
    if not _NAME.fullmatch(name) or len(name) > 60:
        problems.add(
            mark, path, f"got the name {name[:60]!r}; a name is letters, digits and underscores."
        )
    elif name in RESERVED_NAMES:
        problems.add(mark, path, f"the name {name!r} is taken by the language; choose another.")


def parse_nodes(located: Located, path: str, problems: Problems) -> tuple[NodeSpec, ...]:
    """Read a list of nodes (each reads the one before) or a mapping of names to nodes."""
    if isinstance(located, Table):
        nodes = [
            parse_node(value, f"{path}.{name}", problems, name=name, mark=mark)
            for name, mark, value in located.entries
        ]
    elif isinstance(located, Listing):
        nodes = _parse_list(located, path, problems)
    else:
        problems.add(located.mark, path, f"got {shown(located)}; accepts a list or mapping of nodes.")
        return ()
    if not nodes:
        problems.add(located.mark, path, "has no nodes; at least one is needed.")
    if len(nodes) > MAX_NODES:
        problems.add(located.mark, path, f"has {len(nodes)} nodes; at most {MAX_NODES} fit.")
        return ()
    return tuple(nodes)


def _parse_list(located: Listing, path: str, problems: Problems) -> list[NodeSpec]:
    nodes: list[NodeSpec] = []
    taken: set[str] = set()
    for position, item in enumerate(located.items):
        node = parse_node(item, f"{path}[{position}]", problems)
        name, count = node.name, 1
        while name in taken:
            count += 1
            name = f"{node.name}_{count}"
        taken.add(name)
        nodes.append(_renamed(node, name))
    return nodes


def _renamed(node: NodeSpec, name: str) -> NodeSpec:
    if name == node.name:
        return node
    return NodeSpec(
        node.mark, name, node.block, node.arguments, node.source, node.repeat, node.when
    )


def parse_node(
    located: Located, path: str, problems: Problems, name: str | None = None, mark: Mark | None = None
) -> NodeSpec:
    """Read one node: a block's name, `{NAME: arguments}`, or the long form with `block:`."""
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
    each = located.get("each")
    table = located
    if each is not None:
        if not isinstance(each, Table):
            problems.add(each.mark, f"{path}.each", f"got {shown(each)}; accepts {{block: ...}}.")
            return NodeSpec(located.mark, name or "node", Literal(located.mark, None), ())
        table = Table(located.mark, located.entries + each.entries)
    block, arguments = _parse_block(table, path, problems)
    given = located.get("name")
    if given is not None:
        name = str(plain(given))
    if name is not None:
        check_name(name, given.mark if given else mark or located.mark, path, problems)
    when = located.get("when")
    return NodeSpec(
        located.mark,
        name or _default_name(block),
        block,
        arguments,
        _parse_source(located, path, problems),
        _parse_repeat(located, path, problems),
        None if when is None else parse_value(when, f"{path}.when", problems),
    )


def _parse_block(table: Table, path: str, problems: Problems) -> tuple[ValueSpec, Arguments]:
    others = tuple(entry for entry in table.entries if entry[0] not in NODE_KEYS)
    block = table.get("block")
    if block is not None:
        return parse_value(block, f"{path}.block", problems), parse_arguments(others, path, problems)
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
    return name if name and _NAME.fullmatch(name) else "op"


def _parse_repeat(table: Table, path: str, problems: Problems) -> Repeat | None:
    located = table.get("repeat")
    if located is None:
        for key in ("each", "first", "last", "per_copy"):
            if table.get(key) is not None:
                problems.add(
                    table.key_mark(key), path, f"{key!r} needs `repeat:`, the number of copies."
                )
        return None
    if isinstance(located, Table) and located.get("min") is not None:
        ranged = parse_range(located, f"{path}.repeat", problems)
        count: ValueSpec = ranged or Literal(located.mark, 1)
    else:
        count = parse_value(located, f"{path}.repeat", problems)
    per_copy = table.get("per_copy")
    if per_copy is not None and not isinstance(plain(per_copy), bool):
        problems.add(per_copy.mark, path, f"per_copy: got {shown(per_copy)}; accepts true or false.")
    variants: dict[str, Arguments] = {"first": (), "last": ()}
    for key in variants:
        value = table.get(key)
        if isinstance(value, Table):
            variants[key] = parse_arguments(value.entries, f"{path}.{key}", problems)
        elif value is not None:
            problems.add(
                value.mark, f"{path}.{key}", f"got {shown(value)}; accepts arguments, {{stride: 2}}."
            )
    is_per_copy = per_copy is not None and plain(per_copy) is True
    return Repeat(located.mark, count, is_per_copy, variants["first"], variants["last"])


def _parse_source(table: Table, path: str, problems: Problems) -> Source | None:
    located = table.get("from")
    merge, align = table.get("merge"), table.get("align")
    if located is None:
        if merge is not None or align is not None:
            mark = table.key_mark("merge" if merge is not None else "align")
            problems.add(mark, path, "merge and align need `from:` with several inputs.")
        return None
    source = parse_source(located, f"{path}.from", problems)
    if source is None:
        return None
    return _with_merge(source, merge, align, path, problems)


def _with_merge(
    source: Source, merge: Located | None, align: Located | None, path: str, problems: Problems
) -> Source:
    value = source.merge if merge is None else parse_value(merge, f"{path}.merge", problems)
    is_aligned = source.is_aligned
    if align is not None:
        if plain(align) not in ("auto", "none"):
            problems.add(align.mark, path, f"align: got {shown(align)}; accepts auto or none.")
        is_aligned = plain(align) != "none"
    return Source(
        source.mark, source.kind, source.edges, source.least, source.most, value, is_aligned
    )


def parse_source(located: Located, path: str, problems: Problems) -> Source | None:
    """Read `from:`: one edge, a list of edges, `{choice}`, `{any_of}`, `{any_earlier}`."""
    if isinstance(located, Listing):
        return Source(located.mark, "all", _parse_edges(located, path, problems))
    if not isinstance(located, Table) or located.get("node") is not None:
        edge = _parse_edge(located, path, problems)
        return None if edge is None else Source(located.mark, "all", (edge,))
    problems.check_keys(located, path, SOURCE_KEYS)
    kinds = [key for key in ("choice", "any_of", "any_earlier", "all_of") if located.get(key)]
    if len(kinds) != 1:
        problems.add(
            located.mark,
            path,
            f"got {shown(located)}; accepts a node's name, a list of names, {{choice: [...]}}, "
            "{any_of: [...], min: 1}, {any_earlier: {min: 1}} or {node: NAME, subsample_frames: 2}.",
        )
        return None
    source = _parse_kind(located, kinds[0], path, problems)
    if source is None:
        return None
    return _with_merge(source, located.get("merge"), located.get("align"), path, problems)


def _parse_kind(table: Table, key: str, path: str, problems: Problems) -> Source | None:
    value = table.get(key)
    if key == "any_earlier":
        bounds = value if isinstance(value, Table) else Table(table.mark, ())
        problems.check_keys(bounds, f"{path}.{key}", ("min", "max"))
        least, most = _bounds(bounds, path, problems)
        return Source(table.mark, "some", (), least, most or MAX_NODES)
    if not isinstance(value, Listing) or not value.items:
        mark = table.mark if value is None else value.mark
        problems.add(mark, path, f"{key} needs a list of nodes, such as [rgb, flow].")
        return None
    edges = _parse_edges(value, path, problems)
    refs = [edge.ref for edge in edges]
    for position, edge in enumerate(edges):
        if edge.ref in refs[:position]:
            problems.add(edge.mark, path, f"names {edge.ref!r} twice.")
    kinds: dict[str, OneOf["all", "one", "some"]] = {"choice": "one", "all_of": "all"}
    least, most = _bounds(table, path, problems)
    most = most or len(edges)
    if key == "any_of" and not least <= most <= len(edges):
        problems.add(
            table.mark, path, f"needs 0 <= min <= max <= {len(edges)}; got min {least}, max {most}."
        )
        return None
    return Source(table.mark, kinds.get(key, "some"), edges, least, most)


def _bounds(table: Table, path: str, problems: Problems) -> tuple[int, int | None]:
    found: dict[str, int | None] = {"min": 1, "max": None}
    for key in found:
        located = table.get(key)
        if located is None:
            continue
        value = plain(located)
        if not isinstance(value, int) or isinstance(value, bool) or value < (key == "max"):
            problems.add(located.mark, f"{path}.{key}", f"got {value!r}; accepts a count.")
        else:
            found[key] = value
    return found["min"] if found["min"] is not None else 1, found["max"]


def _parse_edges(listing: Listing, path: str, problems: Problems) -> tuple[Edge, ...]:
    edges = (_parse_edge(item, path, problems) for item in listing.items)
    return tuple(edge for edge in edges if edge is not None)


def _parse_edge(located: Located, path: str, problems: Problems) -> Edge | None:
    if isinstance(located, Leaf) and isinstance(located.value, str):
        return Edge(located.mark, located.value)
    ref = located.get("node") if isinstance(located, Table) else None
    if not isinstance(located, Table) or not isinstance(ref, Leaf) or not isinstance(ref.value, str):
        problems.add(
            located.mark,
            path,
            f"got {shown(located)}; accepts a node's name or {{node: NAME, subsample_frames: 2}}.",
        )
        return None
    gate = located.get("gate")
    steps: list[NodeSpec] = []
    for name, mark, value in located.entries:
        if name in ("node", "gate"):
            continue
        if name in ("min", "max", "merge"):
            problems.add(mark, path, unknown_name("edge attribute", name, ("node", "gate")))
            continue
        arguments = parse_block_arguments(value, f"{path}.{name}", problems)
        steps.append(NodeSpec(mark, name, Literal(mark, name), arguments))
    return Edge(
        located.mark,
        ref.value,
        tuple(steps),
        None if gate is None else parse_value(gate, f"{path}.gate", problems),
    )
