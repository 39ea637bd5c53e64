"""Take each stage from one of two parents.

Source: Sun et al. 2020, Automatically Designing CNN Architectures Using the Genetic Algorithm for
Image Classification, https://arxiv.org/abs/1808.03818 (crossover of chains of blocks). Differs:
stages are aligned by name and place instead of cut at one point.
"""

from collections.abc import Mapping
from typing import final

from nasvid.search.crossover import CROSSOVERS
from nasvid.search.grouped_crossover import GroupedCrossover
from nasvid.search.space_view import SpaceView


@CROSSOVERS.add
@final
class ByStage(GroupedCrossover):
    """Takes all decisions of a stage, level or block of a list from one parent."""

    default_weight = 1.0

    def groups(self, view: SpaceView) -> Mapping[str, str]:
        return view.stages
