from dataclasses import replace
from pathlib import Path

import pytest

import nasvid
from nasvid.api.budget_check import budget_message, check_budget, check_profile
from nasvid.core.errors import BudgetError
from tests.command_line import TINY_SPACE, write


def test_a_budget_that_can_be_met_passes(space: nasvid.SearchSpace) -> None:
    check_budget(space.spec)


def test_few_members_are_looked_at_where_one_of_them_meets_the_budget(
    space: nasvid.SearchSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A profile of hundreds of large networks takes long.
    monkeypatch.delattr("nasvid.api.budget_check.profile_space")
    check_budget(space.spec)


def test_a_budget_that_none_of_them_meets_passes_where_another_member_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nasvid.api.budget_check.FIRST_SAMPLES", 0)
    # Met by the cheapest of the twelve members alone.
    path = write(tmp_path / "hard.yaml", TINY_SPACE.replace("macs: 2M", "macs: 11585"))
    check_budget(nasvid.load(path).spec)


def test_a_space_without_a_budget_passes(tmp_path: Path) -> None:
    path = write(tmp_path / "free.yaml", TINY_SPACE.replace("budget: {macs: 2M}\n", ""))
    check_budget(nasvid.load(path).spec)


def test_an_impossible_budget_is_told_with_the_least_that_is_possible(tmp_path: Path) -> None:
    path = write(tmp_path / "no.yaml", TINY_SPACE.replace("macs: 2M", "macs: 10K, params: 1"))
    with pytest.raises(BudgetError) as caught:
        check_budget(nasvid.load(path).spec)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    assert (
        " budget: macs <= 10.00K, params <= 1 is impossible: every member has at least " in message
    )
    assert "macs 11,584 > 10,000" in message
    assert "params 492 > 1" in message


def test_a_budget_that_nothing_was_found_for_is_told_with_what_was_tried(
    space: nasvid.SearchSpace,
) -> None:
    profile = replace(
        space.profile(samples=5), verdict="none_found", tries=123, smallest={"macs": 2_345_678}
    )
    message = budget_message(space.spec, profile)
    assert message.startswith(f"{space.spec.file}:")
    assert message.endswith(
        " budget: no member within macs <= 2.00M was found in 123 tries; the "
        "smallest seen are macs 2,345,678. Raise the limit, or put smaller options into the space."
    )
    with pytest.raises(BudgetError, match="was found in 123 tries"):
        check_profile(space.spec, profile)


def test_a_space_without_valid_members_is_told_with_an_example(tmp_path: Path) -> None:
    text = TINY_SPACE.replace("out: =width * 2,", "out: =width * 2, kernel: 4,")
    space = nasvid.load(write(tmp_path / "none.yaml", text))
    with pytest.raises(BudgetError) as caught:
        check_profile(space.spec, space.profile(samples=20))
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{space.spec.file}: none of the 12 members is a valid network; ")
    assert second.startswith("For example: ")
    assert "parameter 'kernel': got 4" in second
