"""Sections of a search space file other than the network itself, as plain data."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Direction = Literal["max", "min"]
Features = Literal["decisions", "graph"]
# A weight, or `weight` among the options of an operator.
OperatorSetting = float | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Penalty:
    """A soft limit: a score is scaled by `(cost / target) ** exponent` where it is exceeded.

    Source: Tan et al. 2019, MnasNet, https://arxiv.org/abs/1807.11626, section 3.1, equation 2.
    Differs: by default what is below the target is not rewarded, as in their equation 3 with alpha
    0, but with the soft exponent.

    Args:
        target: The cost up to which nothing changes.
        exponent: Below 0; -0.07 makes twice the cost worth 5 % of the score.
        rewards: Whether a cost below the target raises the score too.
    """

    target: int
    exponent: float = -0.07
    rewards: bool = False


@dataclass(frozen=True, slots=True)
class SurrogateSettings:
    """How a model of the scores guides proposals.

    Args:
        share: Of the proposals, how many are guided; 0 switches it off.
        after: Scores from which on it guides; those of jobs under way count, up to half of them.
        pool: Children that are ranked for each guided proposal.
        optimism: How much a standard deviation is worth against the mean; on average where a front
            is looked for.
        features: What the model knows a candidate by: `decisions`, or `graph` for decisions and
            numbers of the graph, which takes the time of a check for each child.
    """

    share: float = 0.9
    after: int = 16
    pool: int = 150
    optimism: float = 5.0
    features: Features = "decisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How a space is searched.

    Args:
        algorithm: Name of a search algorithm, such as `aging_evolution`; `archive_evolution` where a
            file or a call names several objectives and no algorithm.
        candidates: Evaluations of the search: new architectures, repeats of promising ones and
            promotions.
        population: Successful candidates that are alive at a time; so many first ones are drawn
            at random, by every algorithm alike.
        tournament: Members of the population that compete to become a parent.
        seed: Seed of the whole run.
        window: Most jobs in flight. Job n sees the results of jobs 0 to n - window, so the number
            is part of the experiment; it bounds the useful number of workers.
        attempts: Proposals that a job may make before it waits for more results.
        objective: Metric, or cost, by which the winner is found; maximised unless it is a cost or
            `loss`, or `objectives` says otherwise.
        objectives: All that is optimised, by name, each to `max` or `min`; the objective alone
            where there are none, and MACs beside it for algorithms that look for a front.
        penalties: Cost to how much exceeding it counts against the objective.
        mutations: Name of a mutation to its weight, or to its options with a `weight`; the default
            mix where there are none.
        mutation_count: Mutations that make a child, at the beginning of the search and at its end.
        crossovers: Name of a crossover to its weight, likewise.
        crossover_share: Share of the children that have two parents.
        surrogate: How a model of the scores guides proposals.
        repeat_share: Share of the jobs that train a promising candidate, or a member of the front,
            once more where a model of the scores guides and trainings are noisy; 0 for none.
        rungs: Epochs of each level that promising candidates are promoted to, rising; the first one
            is what every candidate gets. None for no promotions.
        reduction: One in so many candidates of a level is promoted to the next one.
        warm_start: Networks of the zoo, files or runs whose members are evaluated first.
        timeout_s: Seconds that one evaluation may take before it is a failure; 0 for no limit. A
            net under what hangs: what it cuts off depends on the machine.
        finalists: Best candidates, spread over the front where one is looked for, that are trained
            again at the end.
        repeats: How often each of them is, with fresh seeds; the winner is the best on average.
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
    objectives: Mapping[str, Direction] = field(default_factory=dict[str, Direction])
    penalties: Mapping[str, Penalty] = field(default_factory=dict[str, Penalty])
    mutations: Mapping[str, OperatorSetting] = field(default_factory=dict[str, OperatorSetting])
    mutation_count: tuple[float, float] = (1.0, 1.0)
    crossovers: Mapping[str, OperatorSetting] = field(default_factory=dict[str, OperatorSetting])
    crossover_share: float = 0.0
    surrogate: SurrogateSettings = SurrogateSettings()
    repeat_share: float = 0.2
    rungs: tuple[int, ...] = ()
    reduction: int = 3
    warm_start: tuple[str, ...] = ()
    timeout_s: float = 0.0
    finalists: int = 3
    repeats: int = 2
    final_split: str = ""

    @property
    def epochs(self) -> int:
        """Epochs that every candidate gets; 0 takes the recipe's."""
        return self.rungs[0] if self.rungs else 0

    def to_json(self) -> dict[str, Any]:
        """Field name to value, as it may stand in a file."""
        data = asdict(self)
        for name in ("objectives", "penalties", "mutations", "crossovers"):
            data[name] = dict(sorted(data[name].items()))
        for name in ("mutation_count", "rungs", "warm_start"):
            data[name] = list(data[name])
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SearchSettings":
        """Read what `to_json` wrote, or settings of a section; others are at their defaults."""
        known = dict(data)
        if "penalties" in known:
            known["penalties"] = {n: Penalty(**p) for n, p in known["penalties"].items()}
        if "surrogate" in known:
            known["surrogate"] = SurrogateSettings(**known["surrogate"])
        for name in ("mutation_count", "rungs", "warm_start"):
            if name in known:
                known[name] = tuple(known[name])
        return cls(**known)


def default_algorithm(objectives: Collection[str]) -> str:
    """What searches where no algorithm is named: one for a front where there are several objectives."""
    return "archive_evolution" if len(objectives) > 1 else "aging_evolution"
