"""Distances between genotypes."""

import numpy as np
import pytest

from nasvid.search.features import DecisionFeatures, squared_distances
from nasvid.spec.decisions import Condition, Decision, DecisionTable, DecisionValue, Genotype

TABLE = DecisionTable(
    [
        Decision("op", "choice", ("conv", "pool", 1, True)),
        Decision("width", "choice", (8, 16, 32), is_ordered=True),
        Decision("inputs", "subset", ("a", "b", "c"), role="edge", least=0, most=3),
        Decision("kernel", "choice", (3, 5), conditions=(Condition("op", "conv"),)),
    ]
)


def genotype(**values: DecisionValue) -> Genotype:
    whole: dict[str, DecisionValue] = {"op": "pool", "width": 8, "inputs": ()}
    return Genotype(tuple((whole | values).items()))


def distance(left: Genotype, right: Genotype) -> float:
    rows = DecisionFeatures(TABLE).matrix([left, right])
    return float(squared_distances(rows[:1], rows[1:])[0, 0])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({}, {}, 0.0),
        ({"op": 1}, {"op": True}, 1.0),
        ({"width": 8}, {"width": 16}, 0.5),
        ({"width": 8}, {"width": 32}, 1.0),
        ({"inputs": ("a",)}, {"inputs": ("a", "b")}, 1.0),
        ({"inputs": ("a",)}, {"inputs": ("b", "c")}, 3.0),
        ({"op": "conv", "kernel": 3}, {"op": "conv", "kernel": 5}, 1.0),
        # Another operation, and a kernel that the other one does not have.
        ({"op": "conv", "kernel": 3}, {"op": "pool"}, 2.0),
    ],
)
def test_differences_add_up(
    left: dict[str, DecisionValue], right: dict[str, DecisionValue], expected: float
) -> None:
    assert distance(genotype(**left), genotype(**right)) == pytest.approx(expected)


def test_a_row_is_of_fixed_width() -> None:
    features = DecisionFeatures(TABLE)
    assert features.matrix([genotype()]).shape == (1, features.width)
    assert features.matrix([]).shape == (0, features.width)
    assert np.isfinite(features.matrix([genotype(op="conv", kernel=5)])).all()


def test_subsets_of_very_many_options_are_told_apart() -> None:
    options = tuple(f"edge{k}" for k in range(70))
    table = DecisionTable([Decision("inputs", "subset", options, most=70)])
    every, few = Genotype((("inputs", options),)), Genotype((("inputs", options[68:]),))
    rows = DecisionFeatures(table).matrix([every, few])
    assert squared_distances(rows[:1], rows[1:])[0, 0] == pytest.approx(68)


def test_a_genotype_of_another_table_is_told() -> None:
    with pytest.raises(ValueError, match=r"no genotype of this table: .*'width': 9"):
        DecisionFeatures(TABLE).matrix([genotype(), genotype(width=9)])


@pytest.mark.parametrize("count", [2, 3, 33])
def test_ordered_options_are_apart_by_their_places(count: int) -> None:
    table = DecisionTable([Decision("width", "choice", tuple(range(count)), is_ordered=True)])
    rows = DecisionFeatures(table).matrix([Genotype((("width", k),)) for k in range(count)])
    assert rows.shape == (count, count - 1)
    places = np.arange(count) / (count - 1)
    assert squared_distances(rows, rows) == pytest.approx(abs(places[:, None] - places))


def test_very_many_ordered_options_share_columns() -> None:
    table = DecisionTable([Decision("ratio", "choice", tuple(range(2000)), is_ordered=True)])
    rows = DecisionFeatures(table).matrix([Genotype((("ratio", k),)) for k in range(2000)])
    assert rows.shape == (2000, 32)
    apart = squared_distances(rows[:1], rows)[0]
    assert (np.diff(apart) > 0).all()
    assert apart == pytest.approx(np.arange(2000) / 1999, abs=0.01)
