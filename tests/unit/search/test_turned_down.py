"""What was turned down for one job, and what is nearest to the budget among it."""

from nasvid.core.costs import Cost
from nasvid.core.seeds import keyed_rng
from nasvid.search.candidates import Rejection
from nasvid.search.judge import REPEAT
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import SpaceView
from nasvid.search.turned_down import TurnedDown
from nasvid.spec.decision import Decision
from nasvid.spec.decisions import DecisionTable

TABLE = DecisionTable([Decision("width", "choice", tuple(range(9)))])


def proposal(number: int) -> Proposal:
    return Proposal(TABLE.sample(keyed_rng(number)), Origin("random"))


def test_reasons_are_counted_and_the_least_excess_of_the_worst_limit_is_nearest() -> None:
    turned_down = TurnedDown(SpaceView(TABLE, {"macs": 100, "params": 10}))
    proposals = [proposal(number) for number in range(4)]
    costs = [Cost(macs=300, params=1), Cost(macs=120, params=11), Cost(macs=50, params=19)]
    for one, cost in zip(proposals, costs, strict=False):
        turned_down.add(one, Rejection("budget.macs", cost=cost))
    turned_down.add(proposals[3], REPEAT)
    assert turned_down.reasons == {"budget.macs": 3, "repeat": 1}
    assert turned_down.last is proposals[3]
    assert turned_down.nearest is proposals[1]


def test_without_a_budget_nothing_is_near_it() -> None:
    turned_down = TurnedDown(SpaceView(TABLE))
    turned_down.add(proposal(0), Rejection("invalid.ShapeError", cost=Cost(macs=3)))
    assert turned_down.nearest is None
