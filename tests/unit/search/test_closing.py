"""What comes after the search."""

from collections.abc import Sequence
from typing import Any

from nasvid.core.jobs import Fidelity
from nasvid.search.closing import Closing
from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from tests.search_fakes import toy_settings
from tests.search_results import scored

SEARCHED = [scored(k, graph, 0.1 * k) for k, graph in enumerate("abcde", start=1)]


def closing(
    searched: Sequence[Result] = SEARCHED, leaders: Sequence[Result] = (), **settings: Any
) -> Closing:
    found = toy_settings(**{"finalists": 2, "repeats": 2, "final_split": "test"} | settings)
    return Closing(found, Objectives.of(found), searched, leaders, Fidelity(found.epochs))


def steps(part: Closing) -> list[tuple[str, str]]:
    found = [part.step(index) for index in range(part.num_jobs)]
    return [(step.kind, step.first.job.graph_id) for step in found if step is not None]


def test_finalists_are_trained_in_turn_then_the_winner_is_scored_once() -> None:
    part = closing()
    assert part.num_jobs == 5
    assert steps(part) == [
        ("finalist", "e"),
        ("finalist", "d"),
        ("finalist", "e"),
        ("finalist", "d"),
        ("final", "e"),
    ]
    assert part.step(5) is None
    assert [part.is_final(index) for index in range(5)] == [False] * 4 + [True]


def test_the_final_score_is_that_of_who_is_best_by_all_trainings() -> None:
    part = closing()
    for number, (graph, top1) in enumerate([("e", 0.2), ("d", 0.5), ("e", 0.3), ("d", 0.4)]):
        part.fold(scored(10 + number, graph, top1, kind="finalist"))
    step = part.step(4)
    assert step is not None
    assert (step.kind, step.first.job.graph_id) == ("final", "d")
    assert step.fidelity == Fidelity(0, "test")


def test_there_are_no_more_finalists_than_candidates() -> None:
    assert steps(closing(SEARCHED[:1], finalists=3, repeats=1)) == [
        ("finalist", "a"),
        ("final", "a"),
    ]


def test_without_repeats_the_winner_is_scored_at_once() -> None:
    assert steps(closing(repeats=0)) == [("final", "e")]
    assert closing(repeats=0).is_final(0)


def test_without_a_final_split_there_are_finalists_alone() -> None:
    assert steps(closing(final_split="", repeats=1)) == [("finalist", "e"), ("finalist", "d")]
    assert closing(final_split="", repeats=0).num_jobs == 0


def test_where_nobody_succeeded_there_is_nothing_to_do() -> None:
    part = closing([scored(0, "a", None)])
    assert part.num_jobs == 0
    assert part.step(0) is None


def test_a_model_of_the_scores_names_the_finalists() -> None:
    leaders = [SEARCHED[0], SEARCHED[2], SEARCHED[4]]
    assert [graph for _, graph in steps(closing(leaders=leaders))[:2]] == ["a", "c"]


def test_with_levels_the_finalists_are_those_of_the_highest_one_and_trained_alike() -> None:
    searched = [
        *(scored(k, graph, 0.1 * k, epochs=1) for k, graph in enumerate("abcde", start=1)),
        scored(6, "b", 0.7, kind="promotion", epochs=3),
        scored(7, "c", 0.6, kind="promotion", epochs=3),
    ]
    part = closing(searched, leaders=searched[:1], rungs=(1, 3, 9))
    assert [graph for _, graph in steps(part)] == ["b", "c", "b", "c", "b"]
    found = [part.step(index) for index in range(5)]
    assert [step.fidelity for step in found if step is not None] == [
        *[Fidelity(3)] * 4,
        Fidelity(3, "test"),
    ]


def test_what_is_minimised_ends_with_its_lowest() -> None:
    assert steps(closing(objectives={"top1": "min"}, repeats=0)) == [("final", "a")]


def test_the_finalists_of_a_front_are_the_two_best_then_those_with_most_room() -> None:
    found = toy_settings(finalists=5, repeats=1, final_split="", algorithm="archive_evolution")
    objectives = Objectives.of(found, several=True)
    searched = [
        scored(0, "small", 0.1, macs=10),
        scored(1, "near small", 0.12, macs=11),
        scored(2, "middle", 0.5, macs=50),
        scored(3, "near best", 0.88, macs=88),
        scored(4, "best", 0.9, macs=90),
        scored(5, "beaten", 0.7, macs=95),
    ]
    part = Closing(found, objectives, searched, (), Fidelity(), front=())
    names = [name for _, name in steps(part)]
    assert names == ["best", "near best", "middle", "near small", "small"]
    few = Closing(found, objectives, searched[4:], (), Fidelity(), front=())
    assert [name for _, name in steps(few)] == ["best", "beaten"]
