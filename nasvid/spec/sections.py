"""Sections of a search space file other than the network itself, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def _default_mutations() -> dict[str, float]:
    return {"resample_decision": 1.0, "nudge_ordered": 1.0, "change_edges": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How a space is searched.

    Args:
        algorithm: Name of a search algorithm, such as `aging_evolution` or `random_search`.
        candidates: Architectures to evaluate.
        population: Successful candidates that are alive at a time; so many first ones are drawn
            at random, by every algorithm alike.
        tournament: Members of the population that compete to become a parent.
        seed: Seed of the whole run.
        window: Most jobs in flight. Job n sees the results of jobs 0 to n - window, so the number
            is part of the experiment; it bounds the useful number of workers.
        attempts: Proposals that a job may make before it waits for more results.
        objective: Metric that is maximised.
        mutations: Name of a mutation to its weight.
        timeout_s: Seconds that one evaluation may take before it is a failure; 0 for no limit. A
            net under what hangs: what it cuts off depends on the machine.
        repeats: How often the winner is trained again at the end, with fresh seeds.
        final_split: Split on which the winner is scored once at the very end; empty for none.
    """

    algorithm: str = "aging_evolution"
    candidates: int = 100
    population: int = 16
    tournament: int = 4
    seed: int = 0
    window: int = 8
    attempts: int = 1000
    objective: str = "top1"
    mutations: Mapping[str, float] = field(default_factory=_default_mutations)
    timeout_s: float = 0.0
    repeats: int = 2
    final_split: str = ""

    def to_json(self) -> dict[str, Any]:
        """Field name to value."""
        return {
            "algorithm": self.algorithm,
            "candidates": self.candidates,
            "population": self.population,
            "tournament": self.tournament,
            "seed": self.seed,
            "window": self.window,
            "attempts": self.attempts,
            "objective": self.objective,
            "mutations": dict(sorted(self.mutations.items())),
            "timeout_s": self.timeout_s,
            "repeats": self.repeats,
            "final_split": self.final_split,
        }
