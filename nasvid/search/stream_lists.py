"""Levels whose nodes are streams: they read inputs alone."""

from nasvid.search.block_lists import BlockList
from nasvid.search.space_view import SpaceView


def stream_lists(view: SpaceView) -> list[BlockList]:
    """Those that can be longer or shorter."""
    inputs = set(view.outline.inputs)
    return [
        blocks
        for blocks in view.lists
        if blocks.is_parallel
        and blocks.count is not None
        and all(
            address in view.outline.reads and inputs.issuperset(view.outline.reads[address])
            for address in blocks.addresses
        )
    ]
