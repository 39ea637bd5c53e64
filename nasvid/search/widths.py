"""Widths of a block of a list."""

from nasvid.search.aspects import aspects_of
from nasvid.search.block_lists import BlockList
from nasvid.search.presence import Values
from nasvid.spec.decision import Decision


def widths_of(blocks: BlockList, values: Values, place: int) -> dict[str, Decision]:
    """The open choices of a width of the block itself, by what follows its address."""
    return {
        name: decision
        for name, decision in blocks.slots[place].items()
        if "." not in name and decision.path in values and "width" in aspects_of(decision)
    }
