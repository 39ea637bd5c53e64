"""Blocks of lists: copies that choose for themselves, and nodes of levels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One block of a list.

    Args:
        address: The addresses of its decisions begin with it.
        owner: Address of the list.
        index: Its place, from 0; it is there where the list is longer.
        count: Address of the decision on the length of the list; empty where that is fixed.
        is_parallel: Whether the blocks stand side by side, as nodes of a level; else each reads the
            one before it.
    """

    address: str
    owner: str
    index: int
    count: str
    is_parallel: bool
