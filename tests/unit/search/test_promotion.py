"""Who is trained for longer."""

from typing import Any

from nasvid.search.objectives import Objectives
from nasvid.search.promotion import Promotion, Promotions
from tests.search_fakes import play, toy_controller, toy_settings
from tests.search_results import scored


def promotions(**settings: Any) -> Promotions:
    found = toy_settings(**{"rungs": (1, 3, 9), "reduction": 3} | settings)
    return Promotions(found, Objectives.of(found))


def due(found: Promotions) -> tuple[str, int] | None:
    promotion = found.next()
    return None if promotion is None else (promotion.first.job.graph_id, promotion.epochs)


def test_one_in_three_is_promoted_the_best_first() -> None:
    found = promotions()
    for number, (graph, top1) in enumerate([("a", 0.5), ("b", 0.9)]):
        found.fold(scored(number, graph, top1, epochs=1))
    assert due(found) is None
    found.fold(scored(2, "c", 0.7, epochs=1))
    assert due(found) == ("b", 3)
    # Until it is proposed it stays due.
    assert due(found) == ("b", 3)
    found.note(scored(3, "b", None, kind="promotion", epochs=3).job)
    assert due(found) is None
    for number, graph in enumerate("def", start=4):
        found.fold(scored(number, graph, 0.1, epochs=1))
    assert due(found) == ("c", 3)


def test_the_highest_level_that_has_one_due_comes_first() -> None:
    found = promotions()
    for number, graph in enumerate("abcdefghi"):
        found.fold(scored(number, graph, number / 10, epochs=1))
    for number, graph in enumerate("igh", start=9):
        result = scored(number, graph, 0.9 if graph == "g" else 0.5, kind="promotion", epochs=3)
        found.note(result.job)
        found.fold(result)
    assert due(found) == ("g", 9)
    found.note(scored(12, "g", None, kind="promotion", epochs=9).job)
    assert due(found) is None


def test_the_job_that_found_the_architecture_is_told() -> None:
    found = promotions(reduction=2)
    first = scored(0, "a", 0.9, epochs=1)
    found.fold(first)
    found.fold(scored(1, "b", 0.1, epochs=1))
    assert found.next() == Promotion(first, 3)


def test_failures_repeats_and_other_levels_do_not_count() -> None:
    found = promotions(reduction=2)
    found.fold(scored(0, "a", 0.5, epochs=1))
    found.fold(scored(1, "b", None, epochs=1))
    found.fold(scored(2, "a", 0.9, kind="repeat", epochs=1))
    found.fold(scored(3, "c", 0.9, epochs=2))
    assert due(found) is None
    found.fold(scored(4, "d", 0.6, epochs=1))
    assert due(found) == ("d", 3)


def test_of_equal_scores_the_order_of_arrival_does_not_matter() -> None:
    for graphs in ("abc", "cba"):
        found = promotions()
        for number, graph in enumerate(graphs):
            found.fold(scored(number, graph, 0.5, epochs=1))
        assert due(found) == ("a", 3)


def test_without_levels_nobody_is_promoted() -> None:
    found = promotions(rungs=())
    for number, graph in enumerate("abcdef"):
        found.fold(scored(number, graph, 0.5))
    assert due(found) is None


def test_what_is_minimised_is_promoted_by_its_lowest() -> None:
    found = promotions(objectives={"top1": "min"}, reduction=2)
    found.fold(scored(0, "a", 0.9, epochs=1))
    found.fold(scored(1, "b", 0.1, epochs=1))
    assert due(found) == ("b", 3)


def test_a_search_with_levels_ends_with_finalists_of_the_highest_one() -> None:
    controller = toy_controller(rungs=(1, 3, 9), candidates=60)
    jobs = play(controller)
    promoted = [job for job in jobs if job.kind == "promotion"]
    assert {job.fidelity.epochs for job in promoted} == {3, 9}
    assert {job.fidelity.epochs for job in jobs if job.kind == "search"} == {1}
    assert {job.fidelity.epochs for job in jobs if job.is_closing} == {9}
    highest = {job.graph_id for job in promoted if job.fidelity.epochs == 9}
    assert controller.winner is not None
    assert controller.winner.job.graph_id in highest
    # Nobody is promoted twice to one level, nor without having been at the one before.
    steps = [(job.graph_id, job.fidelity.epochs) for job in promoted]
    assert len(set(steps)) == len(steps)
    assert {graph for graph, epochs in steps if epochs == 9} <= {g for g, e in steps if e == 3}
