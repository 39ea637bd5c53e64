"""Remove a parallel branch.

Source: Piergiovanni et al. 2019, EvaNet, https://arxiv.org/abs/1811.10636 (modules of parallel
layers whose number evolves).
"""

from typing import final

from nasvid.search.branch_change import BranchChange
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class RemoveBranch(BranchChange):
    """Removes a branch: a node beside others, or one less where branches are counted.

    Nodes of levels are blocks of a list, see `delete_block`.
    """

    default_weight = 0.2
    step = -1
