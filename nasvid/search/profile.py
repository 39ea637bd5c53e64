"""What a space holds: its size, the range of costs, and what a budget leaves of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.cost.budget import Budget
from nasvid.graph.canonical import graph_id
from nasvid.lowering.lower import lower
from nasvid.search.lower_bound import lower_bound
from nasvid.spec.decisions import DecisionValue, Genotype, SpaceSize
from nasvid.spec.search_space import SearchSpace

COUNTS = ("macs", "params", "activations")
MAX_DESCENT_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Range:
    """Smallest, middle and largest of the samples."""

    least: int
    median: int
    most: int


@dataclass(frozen=True, slots=True)
class SpaceProfile:
    """What is known of a space.

    Args:
        size: Number of genotypes.
        decisions: Number of decisions.
        samples: Members drawn.
        distinct: Different architectures among them, by canonical id; they may be rarer than
            genotypes, since different choices can give one network.
        ranges: `macs`, `params`, `activations` to their range over the valid samples.
        invalid: Why samples were no valid networks, with counts and one example each.
        limits: The budget.
        within_budget: Valid samples within it.
        broken: Limit to the samples above it.
        verdict: `witness` (a member within the budget was found), `impossible` (by a lower bound
            or by looking at all members), `none_found`, or `no_budget`.
        witness: A member within the budget, or None.
        tries: Members looked at for a witness.
        smallest: Limit to the smallest value seen.
        bound: Limit to a value that no member can be below.
    """

    size: SpaceSize
    decisions: int
    samples: int
    distinct: int
    ranges: Mapping[str, Range]
    invalid: Mapping[str, tuple[int, str]]
    limits: Mapping[str, int]
    within_budget: int
    broken: Mapping[str, int]
    verdict: Literal["witness", "impossible", "none_found", "no_budget"]
    witness: Genotype | None
    tries: int
    smallest: Mapping[str, int]
    bound: Mapping[str, int]

    @property
    def hardest_limit(self) -> str | None:
        """The limit that rejects most samples."""
        counts = {name: count for name, count in self.broken.items() if count}
        return max(sorted(counts), key=lambda name: counts[name]) if counts else None


def profile_space(space: SearchSpace, *, samples: int = 1000, seed: int = 0) -> SpaceProfile:
    """Profile a space by random members.

    Args:
        space: The space.
        samples: Members to draw.
        seed: Of the draws.
    """
    drawn: list[tuple[Genotype, Cost]] = []
    ids: set[str] = set()
    invalid: dict[str, tuple[int, str]] = {}
    for number in range(samples):
        genotype = space.decisions.sample(keyed_rng(seed, "profile", number))
        try:
            graph = lower(space, genotype).graph
        except NasvidError as error:
            reason = _reason(error)
            count, example = invalid.get(reason, (0, str(error)))
            invalid[reason] = (count + 1, example)
            continue
        ids.add(graph_id(graph))
        drawn.append((genotype, cost_of(graph)))
    budget = Budget(space.limits)
    broken = Counter(name for _, cost in drawn for name in budget.violations(cost))
    within = [genotype for genotype, cost in drawn if not budget.violations(cost)]
    tries = samples
    witness = within[0] if within else None
    bound: dict[str, int] = {}
    smallest = {name: min((getattr(c, name) for _, c in drawn), default=0) for name in space.limits}
    if space.limits and witness is None and drawn:
        found = lower_bound(space)
        bound = {name: getattr(found, name) for name in space.limits}
        if not any(bound[name] > most for name, most in space.limits.items()):
            witness, more, smallest = _descend(space, budget, drawn, smallest)
            tries += more
    impossible = any(bound.get(name, 0) > most for name, most in space.limits.items())
    return SpaceProfile(
        size=space.decisions.size(),
        decisions=len(space.decisions),
        samples=samples,
        distinct=len(ids),
        ranges={name: _range([getattr(c, name) for _, c in drawn]) for name in COUNTS if drawn},
        invalid=invalid,
        limits=dict(space.limits),
        within_budget=len(within),
        broken={name: broken.get(name, 0) for name in space.limits},
        verdict=_verdict(space, witness, impossible=impossible),
        witness=witness,
        tries=tries,
        smallest=smallest,
        bound=bound,
    )


def _verdict(
    space: SearchSpace, witness: Genotype | None, *, impossible: bool
) -> Literal["witness", "impossible", "none_found", "no_budget"]:
    if not space.limits:
        return "no_budget"
    if witness is not None:
        return "witness"
    return "impossible" if impossible else "none_found"


def _descend(
    space: SearchSpace,
    budget: Budget,
    drawn: Sequence[tuple[Genotype, Cost]],
    smallest: Mapping[str, int],
) -> tuple[Genotype | None, int, dict[str, int]]:
    """Walk from the cheapest sample to ever cheaper neighbours, as far as they go."""
    least = dict(smallest)

    def excess(cost: Cost) -> float:
        return max(getattr(cost, name) / most for name, most in budget.limits.items())

    here, cost = min(drawn, key=lambda pair: excess(pair[1]))
    tries = 0
    for _ in range(MAX_DESCENT_ROUNDS):
        before = excess(cost)
        for decision in space.decisions.active(here):
            for value in decision.values():
                child = _with(space, here, decision.path, value)
                tries += 1
                try:
                    child_cost = cost_of(lower(space, child).graph)
                except NasvidError:
                    continue
                for name in least:
                    least[name] = min(least[name], getattr(child_cost, name))
                if excess(child_cost) < excess(cost):
                    here, cost = child, child_cost
        if not budget.violations(cost):
            return here, tries, least
        if excess(cost) >= before:
            break
    return None, tries, least


def _with(space: SearchSpace, genotype: Genotype, path: str, value: DecisionValue) -> Genotype:
    changed = {**genotype.by_path, path: value}
    return space.decisions.complete(changed, keyed_rng("profile", path))


def _reason(error: NasvidError) -> str:
    # The same trouble at another size is one reason: numbers and places are left out.
    text = str(error).splitlines()[0]
    parts = text.split(": ")
    return ": ".join(parts[1:])[:120] if len(parts) > 1 else text[:120]


def _range(values: Sequence[int]) -> Range:
    return Range(min(values), median_low(values), max(values))
