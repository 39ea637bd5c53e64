"""Take each stream from one of two parents.

Source: none; own design, after networks that join streams, such as Simonyan and Zisserman 2014,
https://arxiv.org/abs/1406.2199.
"""

from collections.abc import Mapping
from typing import final

from nasvid.search.crossover import CROSSOVERS
from nasvid.search.grouped_crossover import GroupedCrossover
from nasvid.search.space_view import SpaceView


@CROSSOVERS.add
@final
class ByStream(GroupedCrossover):
    """Takes all decisions of nodes that see one input alone from one parent, the others likewise."""

    default_weight = 0.5

    def groups(self, view: SpaceView) -> Mapping[str, str]:
        return view.streams
