"""Settings of a search: what is wrong with them is told once, in words, with its place."""

import math
from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.core.errors import NasvidError, SpaceError
from tests.command_line import TINY_SPACE, write

# Setting, the place as keys, the key itself where that is wrong, and what is told.
WRONG: list[tuple[str, Any, str, str, str]] = [
    ("surrogate", {"foo": 1}, "surrogate", "foo", "no key named 'foo'; known: after,"),
    ("surrogate", {"pol": 9}, "surrogate", "pol", "no key named 'pol'. Did you mean 'pool'?"),
    (
        "penalties",
        {"macs": {"target": "2G", "exponnt": -1}},
        "penalties.macs",
        "exponnt",
        "no key named 'exponnt'. Did you mean 'exponent'?",
    ),
    (
        "penalties",
        {"lat": "2G"},
        "penalties",
        "lat",
        "got 'lat'; should be 'macs', 'params' or 'activations'.",
    ),
    ("penalties", {"macs": {"exponent": -1}}, "penalties.macs", "", "lacks the key 'target'; add"),
    (
        "mutations",
        {"resample_decision": -1},
        "mutations.resample_decision",
        "",
        "got -1; accepts a weight from 0 to 1,000,000, or a mapping of options and `weight`.",
    ),
    ("crossovers", {"uniform": True}, "crossovers.uniform", "", "got True; accepts a weight from"),
    ("mutations", 3, "mutations", "", "got 3; accepts a mapping."),
    ("mutation_count", [1, "x"], "mutation_count.1", "", "got 'x'; should be a valid number."),
    ("timeout_s", 1e10, "timeout_s", "", "got 10000000000.0; should be less than or equal to"),
]


@pytest.mark.parametrize(("name", "value", "place", "key", "told"), WRONG)
def test_what_is_wrong_in_a_file_is_told_once_at_its_place(
    tmp_path: Path, name: str, value: Any, place: str, key: str, told: str
) -> None:
    text = TINY_SPACE.replace("search: {", f"search: {{{name}: {value!r}, ".replace("'", ""))
    path = write(tmp_path / "space.yaml", text)
    with pytest.raises(SpaceError) as caught:
        nasvid.load(path)
    (problem,) = caught.value.problems
    assert problem.path == f"search.{place}"
    assert problem.message.replace("True", "true").startswith(told.replace("True", "true"))
    line = text.splitlines()[problem.mark.line - 1]
    if key:
        assert line[problem.mark.column - 1 :].startswith(f"{key}: ")


@pytest.mark.parametrize(("name", "value", "place", "key", "told"), WRONG)
def test_what_is_wrong_by_hand_is_told_once_by_its_name(
    space: nasvid.SearchSpace, name: str, value: Any, place: str, key: str, told: str
) -> None:
    del key
    with pytest.raises(NasvidError) as caught:
        space.with_search(**{name: value})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{place}: {told}")


@pytest.mark.parametrize("objective", [" top1", "top1 ", " ", "\ttop1"])
def test_an_objective_has_no_spaces_at_its_ends(space: nasvid.SearchSpace, objective: str) -> None:
    with pytest.raises(NasvidError, match=r"objective: got .*; accepts a text"):
        space.with_search(objective=objective)


def test_names_that_python_hands_over_may_be_no_texts(space: nasvid.SearchSpace) -> None:
    with pytest.raises(NasvidError, match="mutations"):
        space.with_search(mutations={1: 2})
    with pytest.raises(NasvidError, match=r"mutations\.resample_decision"):
        space.with_search(mutations={"resample_decision": {1: 2}})


def test_a_list_may_be_given_as_a_tuple(space: nasvid.SearchSpace) -> None:
    assert space.with_search(rungs=(1, 3)).spec.search.rungs == (1, 3)


def test_all_that_is_wrong_is_told_at_once(space: nasvid.SearchSpace) -> None:
    with pytest.raises(NasvidError) as caught:
        space.with_search(
            algorithm="nsga3",
            candidates=0,
            sead=1,
            mutations={"add_edgs": 1.0},
            crossovers={"uniform": -1, "unifrom": 1},
        )
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "sead",
        "candidates",
        "crossovers.uniform",
        "algorithm",
        "mutations.add_edgs",
        "crossovers.unifrom",
    ]


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize(
    "settings",
    [
        lambda number: {"timeout_s": number},
        lambda number: {"mutations": {"resample_decision": number}},
        lambda number: {"mutations": {"resample_decision": {"weight": number}}},
        lambda number: {"crossovers": {"uniform": {"swap": number}}},
        lambda number: {"penalties": {"macs": {"target": 5, "exponent": number}}},
        lambda number: {"surrogate": {"optimism": number}},
    ],
)
def test_a_number_that_cannot_be_written_down_is_refused(
    space: nasvid.SearchSpace, settings: Any, number: float
) -> None:
    with pytest.raises(NasvidError, match=r"got -?(inf|nan); "):
        space.with_search(**settings(number))
