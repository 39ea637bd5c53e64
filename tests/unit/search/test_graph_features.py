"""Numbers of graphs as features of the model of the scores."""

from pathlib import Path

import numpy as np
import pytest

import nasvid
from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.lowering.lower import lower
from nasvid.search.candidates import Candidates
from nasvid.search.controller import Controller
from nasvid.search.features import DecisionFeatures, squared_distances
from nasvid.search.graph_features import GraphFeatures, numbers_of
from nasvid.spec.sections import SearchSettings, SurrogateSettings

SPACES = Path(__file__).parents[3] / "search_spaces"
SPACE = nasvid.load(SPACES / "quickstart.yaml").spec
TABLE = SPACE.decisions
MEMBERS = [TABLE.sample(keyed_rng("member", k)) for k in range(30)]
CANDIDATES = Candidates.of(SPACE)


def test_numbers_tell_the_cost_and_the_depth() -> None:
    graph = lower(SPACE, MEMBERS[0]).graph
    numbers = numbers_of(graph)
    cost = cost_of(graph)
    np.testing.assert_allclose(np.expm1(numbers[:3]), [cost.macs, cost.params, cost.activations])
    assert 5 < numbers[-1] < graph.num_primitives


def test_decisions_and_graphs_weigh_alike() -> None:
    members = [TABLE.sample(keyed_rng("graph features", k)) for k in range(64)]
    both = GraphFeatures(TABLE, CANDIDATES.graph).matrix(members)
    decisions = DecisionFeatures(TABLE).matrix(members)
    graphs = both[:, decisions.shape[1] :]
    np.testing.assert_array_equal(both[:, : decisions.shape[1]], decisions)
    apart = (
        squared_distances(graphs, graphs).mean() / squared_distances(decisions, decisions).mean()
    )
    assert apart == pytest.approx(1.0)


def test_a_member_that_is_no_network_is_like_the_average() -> None:
    features = GraphFeatures(TABLE, CANDIDATES.graph)
    width = DecisionFeatures(TABLE).width
    features._graph_of = lambda genotype: None
    assert not features.matrix(MEMBERS[:3])[:, width:].any()


def test_without_any_graph_decisions_are_left() -> None:
    features = GraphFeatures(TABLE, lambda genotype: None)
    np.testing.assert_array_equal(features.matrix(MEMBERS), DecisionFeatures(TABLE).matrix(MEMBERS))


def search(features: str, algorithm: str) -> Controller:
    """A search for large networks, of which decisions say less than graphs do."""
    data = {"features": features, "pool": 20}
    settings = SearchSettings.from_json(
        {"algorithm": algorithm, "candidates": 40, "population": 10, "surrogate": data}
    )
    controller = Controller(TABLE, settings, CANDIDATES)
    while (job := controller.ask()) is not None:
        controller.tell(job.number, Evaluation({"top1": float(np.log(job.cost.params)) / 20}))
    return controller


@pytest.mark.parametrize("algorithm", ["aging_evolution", "archive_evolution"])
def test_a_search_is_guided_by_graphs_where_that_is_asked_for(algorithm: str) -> None:
    by_graph, by_decisions = search("graph", algorithm), search("decisions", algorithm)
    assert [job.graph_id for job in by_graph.history.jobs] != [
        job.graph_id for job in by_decisions.history.jobs
    ]
    assert any("guided" in job.origin.how for job in by_graph.history.jobs)

    def best(controller: Controller) -> int:
        costs: list[Cost] = [job.cost for job in controller.history.jobs]
        return max(cost.params for cost in costs)

    assert best(by_graph) >= 0.9 * best(by_decisions)


def test_the_settings_are_read_from_a_file() -> None:
    settings = SearchSettings.from_json({"surrogate": {"features": "graph"}})
    assert settings.surrogate == SurrogateSettings(features="graph")
    assert settings.to_json()["surrogate"]["features"] == "graph"
