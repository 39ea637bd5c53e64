"""Totals over decisions, and distances that count them beside the decisions."""

from collections.abc import Sequence

import numpy as np
import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.features import DecisionFeatures, Floats, squared_distances
from nasvid.search.metric import TOTALS, Metric
from nasvid.search.totals import totals_of
from nasvid.spec.decisions import Condition, Decision, DecisionTable, DecisionValue, Genotype

OPS = ("conv2d", "conv3d", "attention")
STAGES = DecisionTable([Decision(f"stage{k}.op", "choice", OPS) for k in range(4)])


def member(*ops: str) -> Genotype:
    return Genotype(tuple((f"stage{k}.op", op) for k, op in enumerate(ops)))


def sums(table: DecisionTable, *genotypes: Genotype) -> list[list[float]]:
    return (DecisionFeatures(table).matrix(genotypes) @ totals_of(table).sums).tolist()


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


def test_an_option_counts_whatever_the_others_are() -> None:
    table = DecisionTable(
        [
            Decision("stage1.op", "choice", ("conv2d", "conv3d")),
            Decision("stage2.op", "choice", ("attention", "conv3d", "conv2d")),
        ]
    )
    assert totals_of(table).sums.tolist() == [[1, 0], [0, 1], [0, 0], [0, 1], [1, 0]]


def test_ordered_choices_of_one_name_add_up_by_their_places() -> None:
    table = DecisionTable(
        [
            Decision("stage1_width", "choice", (8, 16, 32), is_ordered=True),
            Decision("stage2_width", "choice", (64, 128), is_ordered=True),
            Decision("stage3_width", "choice", (256,), is_ordered=True),
            Decision("stage2_kernel", "choice", (3, 5), is_ordered=True),
        ]
    )
    found = sums(
        table,
        genotype(stage1_width=8, stage2_width=64, stage3_width=256, stage2_kernel=5),
        genotype(stage1_width=16, stage2_width=64, stage3_width=256, stage2_kernel=5),
        genotype(stage1_width=32, stage2_width=128, stage3_width=256, stage2_kernel=3),
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


def test_names_of_any_alphabet_are_kept_apart() -> None:
    names = ("宽度1", "宽度2", "深度1", "深度2")
    table = DecisionTable([Decision(n, "choice", (1, 2), is_ordered=True) for n in names])
    assert totals_of(table).sums.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]


def test_what_python_takes_for_equal_is_counted_apart() -> None:
    options = ((0, 1), (False, True))
    table = DecisionTable([Decision(f"op{k}", "choice", options[k // 2]) for k in range(4)])
    sums = totals_of(table).sums
    assert sums.shape == (8, 4)
    assert sums.sum(0).tolist() == [2, 2, 2, 2]


def test_subsets_count_options_and_closed_decisions_nothing() -> None:
    is_wide = Condition("wide", True)
    table = DecisionTable(
        [
            Decision("wide", "choice", (False, True)),
            Decision("from1", "subset", ("rgb", "flow"), role="edge", least=0, most=2),
            Decision("from2", "choice", ("rgb", "flow"), role="edge"),
            Decision("op1", "choice", ("conv", "pool"), conditions=(is_wide,)),
            Decision("op2", "choice", ("conv", "pool"), conditions=(is_wide,)),
        ]
    )
    closed, opened = sums(
        table,
        genotype(wide=False, from1=("rgb", "flow"), from2="flow"),
        genotype(wide=True, from1=("rgb",), from2="rgb", op1="conv", op2="pool"),
    )
    half = 0.5**0.5
    assert closed == pytest.approx([half, 2 * half, 0, 0])
    assert opened == pytest.approx([2 * half, 0, half, half])


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


def test_totals_of_all_names_weigh_alike() -> None:
    stages = [Decision(f"stage{k}.op", "choice", OPS) for k in range(20)]
    widths = [Decision(f"stage{k}.width", "choice", (8, 16), is_ordered=True) for k in range(9)]
    table = DecisionTable([*stages, *widths])
    features = DecisionFeatures(table)
    metric = Metric(table, features)
    rows = metric.matrix([table.sample(keyed_rng("member", k)) for k in range(300)])
    scaled = rows[:, features.width :] * metric._factors[2][features.width :]
    of_ops, of_widths = (
        squared_distances(part, part).mean() for part in (scaled[:, :3], scaled[:, 3:])
    )
    assert of_ops == pytest.approx(0.25, rel=0.2)
    assert of_widths == pytest.approx(0.25, rel=0.2)


def test_decisions_that_are_seldom_open_do_not_stand_out() -> None:
    is_rare = Condition("kind", 49)
    table = DecisionTable(
        [
            Decision("kind", "choice", tuple(range(50))),
            *[Decision(f"op{k}", "choice", OPS, conditions=(is_rare,)) for k in range(2)],
            *[Decision(f"stage{k}.width", "choice", (8, 16), is_ordered=True) for k in range(10)],
        ]
    )
    metric = Metric(table, DecisionFeatures(table))
    widths = {f"stage{k}.width": 8 for k in range(10)}
    closed = Genotype((("kind", 0), *widths.items()))
    opened = Genotype((("kind", 49), ("op0", "conv2d"), ("op1", "conv2d"), *widths.items()))
    rows = metric.matrix([closed, opened])
    for place in range(len(TOTALS)):
        assert metric.between(rows[:1], rows[1:], place)[0, 0] < 5


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


class WithCost:
    """Decisions and, behind them, a number of the network."""

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        rows = DecisionFeatures(STAGES).matrix(genotypes)
        return np.hstack([rows, np.full((len(rows), 1), 7.0)])


def test_what_stands_behind_the_decisions_is_in_no_total() -> None:
    metric, plain = Metric(STAGES, WithCost()), Metric(STAGES, DecisionFeatures(STAGES))
    members = [STAGES.sample(keyed_rng("member", k)) for k in range(9)]
    assert metric.matrix(members)[:, 12] == pytest.approx(7.0)
    assert metric.matrix(members)[:, 13:] == pytest.approx(plain.matrix(members)[:, 12:])


def test_algebra_is_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []

    class Noted:
        def __enter__(self) -> None:
            limits.append(1)

        def __exit__(self, *_: object) -> None:
            limits.append(0)

    monkeypatch.setattr("nasvid.search.metric.one_thread", Noted)
    metric = Metric(STAGES, DecisionFeatures(STAGES))
    assert limits == [1, 0]
    metric.matrix([member("conv2d", "conv2d", "conv2d", "conv2d")])
    assert limits == [1, 0, 1, 0]
