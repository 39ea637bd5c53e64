import pytest

from nasvid.core.costs import Cost
from nasvid.cost.budget import Budget


def test_a_cost_at_the_limit_is_within_it() -> None:
    assert Budget({"macs": 100}).violations(Cost(macs=100)) == ()


def test_broken_limits_come_in_the_order_of_the_limits() -> None:
    cost = Cost(macs=9, params=9, activations=9)
    assert Budget({"params": 8, "macs": 8}).violations(cost) == ("params", "macs")
    assert Budget({"macs": 8, "params": 8}).violations(cost) == ("macs", "params")


@pytest.mark.parametrize("name", ["macs", "params", "activations"])
def test_each_limit_looks_at_its_own_count(name: str) -> None:
    budget = Budget({"macs": 1, "params": 1, "activations": 1})
    assert budget.violations(Cost(**{name: 2})) == (name,)


def test_no_limits_are_never_broken() -> None:
    assert Budget().violations(Cost(macs=10**18)) == ()


def test_a_budget_reads_as_its_limits() -> None:
    assert str(Budget({"params": 5_000_000, "macs": 800})) == "params <= 5.00M, macs <= 800"
    assert str(Budget()) == "none"
