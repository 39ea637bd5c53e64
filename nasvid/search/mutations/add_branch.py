"""Add a parallel branch.

Source: Piergiovanni et al. 2019, EvaNet, https://arxiv.org/abs/1811.10636 (modules of parallel
layers whose number evolves).
"""

from typing import final

from nasvid.search.branch_change import BranchChange
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class AddBranch(BranchChange):
    """Adds a branch: a node beside others that was left out, or one more where branches are counted.

    Nodes of levels are blocks of a list, see `insert_block`.
    """

    default_weight = 0.2
    step = 1
