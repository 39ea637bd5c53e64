"""What a space holds: its size, the range of costs, and what a budget leaves of it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median_low
from typing import Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.cost.budget import Budget
from nasvid.graph.canonical import graph_id
from nasvid.lowering.lower import lower
from nasvid.search.lower_bound import all_genotypes, lower_bound
from nasvid.spec.count import SpaceSize
from nasvid.spec.decisions import Genotype
from nasvid.spec.search_space import SearchSpace

COUNTS = ("macs", "params", "activations")
MAX_DESCENT_ROUNDS = 6
MAX_VALUES = 64
MAX_TRIES = 5_000
MAX_REASON = 160


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
        samples: Members drawn, or looked at where these are all.
        distinct: Different architectures among them, by canonical id; they may be rarer than
            genotypes, since different choices can give one network.
        ranges: `macs`, `params`, `activations` to their range over the valid samples.
        valid: The samples that are networks.
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
        is_whole: Whether the samples are all members, each of them once.
    """

    size: SpaceSize
    decisions: int
    samples: int
    distinct: int
    ranges: Mapping[str, Range]
    valid: Sequence[Genotype]
    invalid: Mapping[str, tuple[int, str]]
    limits: Mapping[str, int]
    within_budget: int
    broken: Mapping[str, int]
    verdict: Literal["witness", "impossible", "none_found", "no_budget"]
    witness: Genotype | None
    tries: int
    smallest: Mapping[str, int]
    bound: Mapping[str, int]
    is_whole: bool

    @property
    def hardest_limit(self) -> str | None:
        """The limit that rejects most samples."""
        name, count = max(sorted(self.broken.items()), key=lambda item: item[1], default=("", 0))
        return name if count else None


@dataclass(frozen=True, slots=True)
class _Samples:
    """Members that were looked at, and what is wrong with those that are none."""

    valid: Sequence[tuple[Genotype, Cost]]
    ids: frozenset[str]
    invalid: Mapping[str, tuple[int, str]]

    @classmethod
    def of(cls, space: SearchSpace, genotypes: Iterable[Genotype]) -> "_Samples":
        """Lower these."""
        valid: list[tuple[Genotype, Cost]] = []
        ids: set[str] = set()
        invalid: dict[str, tuple[int, str]] = {}
        for genotype in genotypes:
            try:
                graph = lower(space, genotype).graph
            except NasvidError as error:
                reason = _reason(error)
                count, example = invalid.get(reason, (0, str(error)))
                invalid[reason] = (count + 1, example)
                continue
            ids.add(graph_id(graph))
            valid.append((genotype, cost_of(graph)))
        return cls(valid, frozenset(ids), invalid)


def profile_space(space: SearchSpace, *, samples: int = 1000, seed: int = 0) -> SpaceProfile:
    """Profile a space by random members, or by all where there are no more than those.

    Args:
        space: The space.
        samples: Members to draw.
        seed: Of the draws.
    """
    size = space.decisions.size()
    is_whole = size.label == "exact" and size.count <= samples
    if is_whole:
        samples = size.count
        drawn = _Samples.of(space, all_genotypes(space.decisions))
    else:
        rngs = (keyed_rng(seed, "profile", number) for number in range(samples))
        drawn = _Samples.of(space, (space.decisions.sample(rng) for rng in rngs))
    budget = Budget(space.limits)
    broken = Counter(name for _, cost in drawn.valid for name in budget.violations(cost))
    within = [genotype for genotype, cost in drawn.valid if not budget.violations(cost)]
    tries = samples
    witness = within[0] if within else None
    bound: dict[str, int] = {}
    smallest = {
        name: min((getattr(c, name) for _, c in drawn.valid), default=0) for name in space.limits
    }
    if is_whole and drawn.valid:
        bound = dict(smallest)
    elif space.limits and witness is None and drawn.valid:
        found = lower_bound(space)
        bound = {name: getattr(found, name) for name in space.limits}
        if not any(bound[name] > most for name, most in space.limits.items()):
            descent = _Descent(space, smallest)
            witness = descent.run(drawn.valid)
            smallest = descent.smallest
            tries += descent.tries
    impossible = is_whole or any(bound.get(n, 0) > most for n, most in space.limits.items())
    return SpaceProfile(
        size=size,
        decisions=len(space.decisions),
        samples=samples,
        distinct=len(drawn.ids),
        ranges={n: _range([getattr(c, n) for _, c in drawn.valid]) for n in COUNTS if drawn.valid},
        valid=[genotype for genotype, _ in drawn.valid],
        invalid=drawn.invalid,
        limits=dict(space.limits),
        within_budget=len(within),
        broken={name: broken.get(name, 0) for name in space.limits},
        verdict=_verdict(space, witness, impossible=impossible),
        witness=witness,
        tries=tries,
        smallest=smallest,
        bound=bound,
        is_whole=is_whole,
    )


def _verdict(
    space: SearchSpace, witness: Genotype | None, *, impossible: bool
) -> Literal["witness", "impossible", "none_found", "no_budget"]:
    if not space.limits:
        return "no_budget"
    if witness is not None:
        return "witness"
    return "impossible" if impossible else "none_found"


class _Descent:
    """A walk to ever cheaper neighbours, which keeps count of what it sees."""

    def __init__(self, space: SearchSpace, smallest: Mapping[str, int]) -> None:
        self._space = space
        self._budget = Budget(space.limits)
        self.smallest = dict(smallest)
        self.tries = 0

    def excess(self, cost: Cost) -> float:
        """The cost in units of the limit that is broken most."""
        return max(getattr(cost, name) / most for name, most in self._budget.limits.items())

    def run(self, drawn: Sequence[tuple[Genotype, Cost]]) -> Genotype | None:
        """From the cheapest of these members on: one within the budget, or None."""
        here, cost = min(drawn, key=lambda pair: self.excess(pair[1]))
        for _ in range(MAX_DESCENT_ROUNDS):
            before = self.excess(cost)
            for child in self._neighbours(here):
                found = self._cost(child)
                if found is not None and self.excess(found) < self.excess(cost):
                    here, cost = child, found
                if not self._budget.violations(cost):
                    return here
                if self.tries >= MAX_TRIES:
                    return None
            if self.excess(cost) >= before:
                return None
        return None

    def _neighbours(self, here: Genotype) -> Iterator[Genotype]:
        table = self._space.decisions
        for decision in table.active(here):
            # A subset of twenty edges has a million values; the first ones are the smallest.
            for value in islice(decision.values(), MAX_VALUES):
                changed = {**here.by_path, decision.path: value}
                try:
                    yield table.complete(changed, keyed_rng("profile", decision.path))
                except SpaceError:
                    # Nothing goes with this value under the constraints.
                    continue

    def _cost(self, child: Genotype) -> Cost | None:
        self.tries += 1
        try:
            cost = cost_of(lower(self._space, child).graph)
        except NasvidError:
            return None
        self.smallest = {n: min(v, getattr(cost, n)) for n, v in self.smallest.items()}
        return cost


def _reason(error: NasvidError) -> str:
    # The same trouble at another size or place is one reason.
    text = error.problems[0].message if isinstance(error, SpaceError) else str(error)
    text = re.sub(r" \(in \S+\)$", "", text)
    return re.sub(r"\b\d+\b", "N", text)[:MAX_REASON]


def _range(values: Sequence[int]) -> Range:
    return Range(min(values), median_low(values), max(values))
