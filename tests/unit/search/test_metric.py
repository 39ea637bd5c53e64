"""Totals over decisions, and distances that count them beside the decisions."""

import numpy as np
import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.features import DecisionFeatures
from nasvid.search.graph_features import GraphFeatures
from nasvid.search.metric import TOTALS, Metric
from nasvid.search.totals import totals_of
from nasvid.spec.decisions import Condition, Decision, DecisionTable, DecisionValue, Genotype

OPS = ("conv2d", "conv3d", "attention")
STAGES = DecisionTable([Decision(f"stage{k}.op", "choice", OPS) for k in range(4)])


def member(*ops: str) -> Genotype:
    return Genotype(tuple((f"stage{k}.op", op) for k, op in enumerate(ops)))


def sums(table: DecisionTable, *genotypes: Genotype) -> list[list[float]]:
    return (DecisionFeatures(table).matrix(genotypes) @ totals_of(table)).tolist()


def genotype(**values: DecisionValue) -> Genotype:
    return Genotype(tuple(values.items()))


def test_operations_count_wherever_they_are() -> None:
    one, other, third = sums(
        STAGES,
        member("conv2d", "conv2d", "conv3d", "attention"),
        member("conv3d", "attention", "conv2d", "conv2d"),
        member("conv3d", "attention", "conv2d", "conv3d"),
    )
    assert one == pytest.approx([2 * 0.5**0.5, 0.5**0.5, 0.5**0.5])
    assert other == pytest.approx(one)
    assert third != pytest.approx(one)


def test_numbers_about_the_same_thing_add_up_by_their_places() -> None:
    table = DecisionTable(
        [
            Decision("stage1_width", "choice", (8, 16, 32), is_ordered=True),
            Decision("stage2_width", "choice", (64, 128), is_ordered=True),
            Decision("stage2_kernel", "choice", (3, 5), is_ordered=True),
        ]
    )
    found = sums(
        table,
        genotype(stage1_width=8, stage2_width=64, stage2_kernel=5),
        genotype(stage1_width=16, stage2_width=64, stage2_kernel=5),
        genotype(stage1_width=32, stage2_width=128, stage2_kernel=3),
    )
    # A lone kernel is told by its own columns.
    assert np.array(found) == pytest.approx(np.array([[0.0], [0.5], [2.0]]))


def test_things_of_the_same_options_are_kept_apart() -> None:
    names = ("stage1_gate", "stage2_gate", "stage1_skip", "stage2_skip")
    table = DecisionTable([Decision(name, "choice", (False, True)) for name in names])
    found = sums(
        table,
        genotype(stage1_gate=True, stage2_gate=True, stage1_skip=False, stage2_skip=False),
        genotype(stage1_gate=False, stage2_gate=False, stage1_skip=True, stage2_skip=True),
    )
    assert len(found[0]) == 4
    assert found[0] != pytest.approx(found[1])


def test_subsets_count_options_and_closed_decisions_nothing() -> None:
    is_wide = Condition("wide", True)
    table = DecisionTable(
        [
            Decision("wide", "choice", (False, True)),
            Decision("a_from", "subset", ("rgb", "flow"), role="edge", least=0, most=2),
            Decision("b_from", "subset", ("rgb", "flow"), role="edge", least=0, most=2),
            Decision("a_op", "choice", (1, True), conditions=(is_wide,)),
            Decision("b_op", "choice", (1, True), conditions=(is_wide,)),
        ]
    )
    closed, opened = sums(
        table,
        genotype(wide=False, a_from=("rgb",), b_from=("rgb", "flow")),
        genotype(wide=True, a_from=("rgb",), b_from=("rgb", "flow"), a_op=1, b_op=True),
    )
    half = 0.5**0.5
    assert closed == pytest.approx([2, 1, 0, 0, 0])
    # One of each of two options that Python takes for equal, and two open decisions.
    assert opened == pytest.approx([2, 1, half, half, 2 * half])


@pytest.mark.parametrize("place", range(len(TOTALS)))
def test_members_drawn_at_random_are_one_apart(place: int) -> None:
    metric = Metric(STAGES, DecisionFeatures(STAGES))
    rows = metric.matrix([STAGES.sample(keyed_rng("member", k)) for k in range(300)])
    assert metric.between(rows, rows, place).mean() == pytest.approx(1, abs=0.1)


def test_the_more_totals_weigh_the_nearer_are_members_that_agree_in_them() -> None:
    metric = Metric(STAGES, DecisionFeatures(STAGES))
    rows = metric.matrix(
        [
            member("conv2d", "conv2d", "conv3d", "conv3d"),
            member("conv3d", "conv3d", "conv2d", "conv2d"),
        ]
    )
    apart = [metric.between(rows[:1], rows[1:], k)[0, 0] for k in range(len(TOTALS))]
    assert apart == pytest.approx([apart[0] / (1 + share) for share in TOTALS])


def test_a_space_of_decisions_about_different_things_has_no_totals() -> None:
    table = DecisionTable(
        [
            Decision("kernel", "choice", (3, 5), is_ordered=True),
            Decision("op", "choice", OPS),
        ]
    )
    metric = Metric(table, DecisionFeatures(table))
    assert not metric.has_totals
    rows = metric.matrix([table.sample(keyed_rng("member", k)) for k in range(9)])
    assert rows.shape == (9, DecisionFeatures(table).width)
    apart = [metric.between(rows, rows, place) for place in range(len(TOTALS))]
    assert all((one == apart[0]).all() for one in apart)


def test_a_space_without_choices_has_no_distances() -> None:
    table = DecisionTable([])
    metric = Metric(table, DecisionFeatures(table))
    rows = metric.matrix([Genotype(()), Genotype(())])
    assert metric.between(rows, rows, 1).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_numbers_of_graphs_stand_behind_the_decisions_and_in_no_total() -> None:
    features = GraphFeatures(STAGES, lambda genotype: None)
    metric, plain = Metric(STAGES, features), Metric(STAGES, DecisionFeatures(STAGES))
    members = [STAGES.sample(keyed_rng("member", k)) for k in range(9)]
    assert metric.matrix(members) == pytest.approx(plain.matrix(members))
