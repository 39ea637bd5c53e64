"""What joins the inputs of a node that reads several."""

from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.graph.expander import MERGES
from nasvid.graph.ir import block_node
from nasvid.lowering.memo import Memo
from nasvid.lowering.scope import BlockValue
from nasvid.lowering.site import Reading, Site
from nasvid.lowering.values import Values
from nasvid.spec.addresses import argument_path
from nasvid.spec.syntax import NodeSpec, Source

DEFAULT_MERGE = BlockValue("add")


def joined(
    node: NodeSpec, name: str, reading: Reading, site: Site, values: Values, memo: Memo
) -> str:
    """The one input, or the reference of the merge of several.

    Args:
        node: What reads.
        name: Its name in the graph, after which a merge is named.
        reading: What it reads.
        site: Where; gets the merge.
        values: What is chosen.
        memo: Knows merges of before.

    Raises:
        SpaceError: There is no such merge, or the inputs do not fit.
    """
    source, path = reading.source, reading.path
    is_plain = source is None or source.merge is None
    if is_plain and len(reading.refs) == 1:
        return reading.refs[0]
    merge = DEFAULT_MERGE if source is None else _merge(source, path, site, values)
    if len(reading.refs) == 1 and not MERGES[merge.name].joins_one:
        return reading.refs[0]
    mark = node.mark if source is None or source.merge is None else source.merge.mark
    is_aligned = source is None or source.is_aligned
    shapes = tuple(site.builder.shapes[ref] for ref in reading.refs)
    try:
        body = memo.merge(merge, shapes, reading.gates, is_aligned=is_aligned)
    except NasvidError as error:
        raise SpaceError.at(mark, f"{path}.merge", str(error)) from error
    free = site.builder.free_name(f"{name}_merge")
    site.builder.add(block_node(free, f"merge_{merge.name}", body, reading.refs))
    return free


def _merge(source: Source, path: str, site: Site, values: Values) -> BlockValue:
    """The merge with its parameters."""
    if source.merge is None:
        return DEFAULT_MERGE
    found = values.evaluate(source.merge, argument_path(path, "merge"), site.scope)
    merge = found if isinstance(found, BlockValue) else BlockValue(str(found))
    if merge.name not in MERGES:
        raise SpaceError.at(
            source.merge.mark, f"{path}.merge", unknown_name("merge", merge.name, MERGES)
        )
    return merge
