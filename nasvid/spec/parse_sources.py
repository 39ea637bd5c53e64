"""Located YAML to where a node reads: edges, choices of edges, merges."""

from dataclasses import replace
from typing import Literal as OneOf

from nasvid.core.registry import unknown_name
from nasvid.spec.names import MAX_NODES, check_name
from nasvid.spec.parse_values import parse_block_arguments, parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import Edge, Literal, NodeSpec, Source

SOURCE_KINDS: dict[str, OneOf["all", "one", "some"]] = {
    "choice": "one",
    "any_of": "some",
    "any_earlier": "some",
    "any_below": "some",
    "all_of": "all",
}
# Their bounds stand inside, and their edges are known when all nodes are.
OPEN_KINDS = ("any_earlier", "any_below")
SOURCE_KEYS = (*SOURCE_KINDS, "level", "ports", "min", "max", "merge", "align")
EDGE_KEYS = ("node", "gate")
ALIGNMENTS = ("auto", "none")


def parse_node_source(table: Table, path: str, problems: Problems) -> Source | None:
    """Read `from:` of a node, with `merge:` and `align:` beside it."""
    located = table.get("from")
    if located is None:
        for key in ("merge", "align"):
            if table.get(key) is not None:
                problems.add(
                    table.key_mark(key), path, f"{key!r} needs `from:` with several inputs."
                )
        return None
    source = parse_source(located, f"{path}.from", problems)
    if source is None:
        return None
    if isinstance(located, Table) and located.get("node") is None:
        for key in ("merge", "align"):
            if table.get(key) is not None and located.get(key) is not None:
                problems.add(table.key_mark(key), path, f"{key!r} stands here and in `from:`.")
    return _with_merge(source, table, path, problems)


def parse_source(located: Located, path: str, problems: Problems) -> Source | None:
    """Read `from:`: one edge, a list of edges, `{choice}`, `{any_of}`, `{any_earlier}`."""
    if isinstance(located, Listing):
        if not located.items:
            problems.add(located.mark, path, "has no nodes; at least one is needed.")
        return Source(located.mark, "all", _parse_edges(located, path, problems))
    if not isinstance(located, Table) or located.get("node") is not None:
        edge = _parse_edge(located, path, problems)
        return None if edge is None else Source(located.mark, "all", (edge,))
    problems.check_keys(located, path, SOURCE_KEYS)
    if located.get("ports") is not None:
        return _parse_ports(located, path, problems)
    if located.get("level") is not None:
        return _parse_level(located, path, problems)
    kinds = [key for key in SOURCE_KINDS if located.get(key) is not None]
    if len(kinds) != 1:
        problems.add(
            located.mark,
            path,
            f"got {shown(located)}; accepts a node's name, a list of names, {{choice: [...]}}, "
            "{any_of: [...], min: 1}, {any_earlier: {min: 1}}, {any_below: {min: 1}}, {level: 3}, "
            "{ports: {INPUT: NAME}} or {node: NAME, subsample_frames: 2}.",
        )
        return None
    _check_bounds(located, kinds[0], path, problems)
    source = _parse_kind(located, kinds[0], path, problems)
    return None if source is None else _with_merge(source, located, path, problems)


def _parse_level(table: Table, path: str, problems: Problems) -> Source | None:
    """Read `{level: 3}`: all nodes of that level."""
    for key in table.keys:
        if key not in ("level", "merge", "align"):
            problems.add(table.key_mark(key), path, f"{key!r} does not go with `level:`.")
    located = table.get("level")
    number = None if located is None else plain(located)
    if not isinstance(number, int) or isinstance(number, bool):
        message = "accepts the number of a level, {level: 3}."
        problems.add(table.key_mark("level"), path, message)
        return None
    return _with_merge(Source(table.mark, "all", (), level=number), table, path, problems)


def _parse_ports(table: Table, path: str, problems: Problems) -> Source | None:
    """Read `{ports: {fast: NODE, slow: NODE}}`: which input of the block reads what."""
    for key in table.keys:
        if key != "ports":
            problems.add(table.key_mark(key), path, f"{key!r} does not go with `ports:`.")
    located = table.get("ports")
    if not isinstance(located, Table) or not located.entries:
        message = "accepts a mapping of the block's inputs, {ports: {fast: NODE, slow: NODE}}."
        problems.add(table.key_mark("ports"), path, message)
        return None
    found = [
        (port, _parse_edge(value, f"{path}.{port}", problems)) for port, _, value in located.entries
    ]
    read = [(port, edge) for port, edge in found if edge is not None]
    edges, ports = tuple(edge for _, edge in read), tuple(port for port, _ in read)
    return Source(table.mark, "all", edges, ports=ports)


def _with_merge(source: Source, table: Table, path: str, problems: Problems) -> Source:
    merge, align = table.get("merge"), table.get("align")
    if merge is not None:
        source = replace(source, merge=parse_value(merge, f"{path}.merge", problems))
    if align is not None:
        if plain(align) not in ALIGNMENTS:
            problems.add(align.mark, path, f"align: got {shown(align)}; accepts auto or none.")
        source = replace(source, is_aligned=plain(align) != "none")
    return source


def _check_bounds(table: Table, kind: str, path: str, problems: Problems) -> None:
    for key in ("min", "max"):
        if table.get(key) is None or kind == "any_of":
            continue
        mark = table.key_mark(key)
        if kind in OPEN_KINDS:
            problems.add(mark, path, f"{key!r} stands inside, as in {{{kind}: {{min: 1}}}}.")
        else:
            problems.add(mark, path, f"{key!r} goes with any_of and any_earlier, not with {kind}.")


def _parse_kind(table: Table, key: str, path: str, problems: Problems) -> Source | None:
    value = table.get(key)
    if key in OPEN_KINDS:
        return _parse_open(table, key, path, problems)
    if not isinstance(value, Listing) or not value.items:
        mark = table.mark if value is None else value.mark
        problems.add(mark, path, f"{key} needs a list of nodes, such as [rgb, flow].")
        return None
    edges = _parse_edges(value, path, problems)
    seen: set[str] = set()
    for edge in edges:
        if edge.ref in seen:
            problems.add(edge.mark, path, f"names {edge.ref!r} twice.")
        seen.add(edge.ref)
    kind = SOURCE_KINDS[key]
    if kind != "some":
        return Source(table.mark, kind, edges)
    least, most = _bounds(table, path, problems)
    most = len(edges) if most is None else most
    if not least <= most <= len(edges):
        problems.add(
            table.mark, path, f"needs 0 <= min <= max <= {len(edges)}; got min {least}, max {most}."
        )
        return None
    return Source(table.mark, kind, edges, least, most)


def _parse_open(table: Table, kind: str, path: str, problems: Problems) -> Source:
    value = table.get(kind)
    bounds = value if isinstance(value, Table) else Table(table.mark, ())
    if value is not None and not isinstance(value, Table) and plain(value) is not None:
        message = f"got {shown(value)}; accepts {{min: 1, max: 3}}."
        problems.add(value.mark, f"{path}.{kind}", message)
    problems.check_keys(bounds, f"{path}.{kind}", ("min", "max"))
    least, most = _bounds(bounds, path, problems)
    if most is not None and least > most:
        message = f"needs 0 <= min <= max; got min {least}, max {most}."
        problems.add(bounds.mark, f"{path}.{kind}", message)
    # The edges are known when the order of the nodes is.
    most = MAX_NODES if most is None else most
    return Source(table.mark, "some", (), least, most, is_below=kind == "any_below")


def _bounds(table: Table, path: str, problems: Problems) -> tuple[int, int | None]:
    least, most = table.get("min"), table.get("max")
    return (
        1 if least is None else _count(least, 0, f"{path}.min", problems),
        None if most is None else _count(most, 1, f"{path}.max", problems),
    )


def _count(located: Located, least: int, path: str, problems: Problems) -> int:
    value = plain(located)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        problems.add(located.mark, path, f"got {shown(located)}; accepts a count from {least} on.")
        return least
    return value


def _parse_edges(listing: Listing, path: str, problems: Problems) -> tuple[Edge, ...]:
    edges = (_parse_edge(item, path, problems) for item in listing.items)
    return tuple(edge for edge in edges if edge is not None)


def _parse_edge(located: Located, path: str, problems: Problems) -> Edge | None:
    if isinstance(located, Leaf) and isinstance(located.value, str):
        return Edge(located.mark, located.value)
    ref = located.get("node") if isinstance(located, Table) else None
    if (
        not isinstance(located, Table)
        or not isinstance(ref, Leaf)
        or not isinstance(ref.value, str)
    ):
        problems.add(
            located.mark,
            path,
            f"got {shown(located)}; accepts a node's name or {{node: NAME, subsample_frames: 2}}.",
        )
        return None
    gate = located.get("gate")
    return Edge(
        located.mark,
        ref.value,
        _parse_steps(located, path, problems),
        None if gate is None else parse_value(gate, f"{path}.gate", problems),
    )


def _parse_steps(table: Table, path: str, problems: Problems) -> tuple[NodeSpec, ...]:
    """The blocks that stand on an edge."""
    steps: list[NodeSpec] = []
    for name, mark, value in table.entries:
        if name in EDGE_KEYS:
            continue
        if name in SOURCE_KEYS:
            problems.add(mark, path, unknown_name("edge attribute", name, EDGE_KEYS))
            continue
        check_name(name, mark, path, problems)
        arguments = parse_block_arguments(value, f"{path}.{name}", problems)
        steps.append(NodeSpec(mark, name, Literal(mark, name), arguments))
    return tuple(steps)
