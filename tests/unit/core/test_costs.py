import pytest

from nasvid.core.costs import ZERO_COST, Cost, human_count

SOME = Cost(macs=1, norm_elements=2, params=3, buffers=4, activations=5)


def test_costs_add_field_by_field() -> None:
    more = Cost(macs=10, norm_elements=20, params=30, buffers=40, activations=50)
    assert SOME + more == Cost(macs=11, norm_elements=22, params=33, buffers=44, activations=55)


def test_nothing_costs_nothing() -> None:
    assert SOME + ZERO_COST == SOME


def test_a_multiply_add_is_two_operations() -> None:
    assert Cost(macs=21).flops == 42


@pytest.mark.parametrize(("rate", "operations"), [(0, 0), (2, 14), (5, 35)])
def test_operations_of_norms_follow_the_rate_of_a_table(rate: int, operations: int) -> None:
    assert Cost(norm_elements=7).norm_ops(rate) == operations


def test_a_cost_is_written_by_field() -> None:
    assert SOME.to_json() == {
        "macs": 1,
        "norm_elements": 2,
        "params": 3,
        "buffers": 4,
        "activations": 5,
    }


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00K"),
        (12_345, "12.35K"),
        (34_570_000, "34.57M"),
        (65_710_000_000, "65.71G"),
        (2_000_000_000_000, "2.00T"),
    ],
)
def test_counts_read_as_people_write_them(count: int, text: str) -> None:
    assert human_count(count) == text
