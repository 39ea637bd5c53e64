import numpy as np
import pytest
from pymoo.indicators.hv import HV

from nasvid.core.seeds import keyed_rng
from nasvid.report.hypervolume import Box, hypervolume


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_volume_is_that_of_pymoo(count: int) -> None:
    rng = keyed_rng("hypervolume", count)
    vectors = [tuple(rng.uniform(-0.2, 1.0) for _ in range(count)) for _ in range(40)]
    # pymoo minimises, against a reference point.
    expected = HV(ref_point=np.zeros(count))(-np.array(vectors))
    assert hypervolume(vectors) == pytest.approx(expected)


def test_equal_vectors_count_once() -> None:
    assert hypervolume([(0.5, 0.5), (0.5, 0.5), (0.5, 0.25)]) == 0.25


def test_no_front_has_no_volume() -> None:
    assert hypervolume([]) == 0.0
    assert Box([]).share([]) == 0.0


def test_a_box_reaches_from_the_worst_to_the_best_with_a_margin_behind() -> None:
    box = Box([(10.0, -3.0), (20.0, -5.0)])
    assert box.share([(20.0, -3.0)]) == pytest.approx(1.0)
    # (1.0 + 0.1) / 1.1 of one side, 0.1 / 1.1 of the other one.
    assert box.share([(20.0, -5.0)]) == pytest.approx(0.1 / 1.1)
    assert box.share([(0.0, -3.0)]) == 0.0


def test_an_objective_without_differences_leaves_the_other_one_to_count() -> None:
    box = Box([(0.0, 7.0), (1.0, 7.0)])
    assert box.share([(1.0, 7.0)]) > box.share([(0.5, 7.0)]) > 0.0
