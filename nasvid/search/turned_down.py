"""What was turned down for one job, and why."""

import math
from collections import Counter

from nasvid.search.budget_walk import shares_of
from nasvid.search.candidates import Rejection
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import SpaceView


class TurnedDown:
    """The proposals for the job that is being asked for that became none.

    Args:
        view: The space, with its budget.
    """

    def __init__(self, view: SpaceView) -> None:
        self._view = view
        # Reason to number; what has no reason of its own is counted as well.
        self.reasons: Counter[str] = Counter()
        self.last: Proposal | None = None
        # Of those over the budget the one that is least so, and its share of the limit it breaks most.
        self.nearest: Proposal | None = None
        self._excess = math.inf

    def add(self, proposal: Proposal, rejection: Rejection) -> None:
        """One more."""
        self.reasons[rejection.reason] += 1
        self.last = proposal
        if rejection.cost is not None and self._view.limits:
            excess = max(shares_of(rejection.cost, self._view))
            if excess < self._excess:
                self._excess, self.nearest = excess, proposal
