"""The learning rate over a run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.training.schedule import lr_factor


def test_warm_up_rises_in_equal_stairs_to_the_peak() -> None:
    assert [lr_factor(step, 40, 0.1) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]


def test_cosine_is_at_half_in_the_middle_of_what_follows_the_warm_up() -> None:
    assert lr_factor(4, 40, 0.1) == 1.0
    assert lr_factor(22, 40, 0.1) == pytest.approx(0.5)


def test_a_run_without_warm_up_begins_at_the_peak() -> None:
    assert lr_factor(0, 10, 0.0) == 1.0


def test_a_run_that_is_all_warm_up_ends_at_the_peak() -> None:
    assert lr_factor(9, 10, 1.0) == 1.0


@given(st.integers(1, 500), st.floats(0, 1), st.data())
def test_every_step_learns_and_none_exceeds_the_peak(
    num_steps: int, warmup: float, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, num_steps - 1))
    assert 0 < lr_factor(step, num_steps, warmup) <= 1
