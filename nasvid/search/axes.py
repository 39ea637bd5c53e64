"""The ordered decisions of a space as axes along which networks grow and shrink."""

import re
from collections.abc import Hashable, Iterator, Mapping

from nasvid.core.costs import COUNTED
from nasvid.core.seeds import keyed_rng
from nasvid.search.mutation import NothingToChangeError, with_values
from nasvid.search.neighbours import steps
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Decision, DecisionValue, Genotype

# Steps by which a member that is over the budget is shrunk at most.
_MOST_CONTRACTIONS = 3


class Axes:
    """Larger and smaller neighbours of a member, by what they cost.

    What counts as cost is the first that the budget limits, else MACs. Where costs are not known,
    options are taken to stand in rising order.

    Args:
        view: The space.
        seed: Of the run; what a step opens is drawn by it and by the member alone.
    """

    def __init__(self, view: SpaceView, seed: int) -> None:
        self._view = view
        self._seed = seed
        self._counted = next((name for name in COUNTED if name in view.limits), COUNTED[0])
        # Functions of the member alone, which are asked for again and again.
        self._costs: dict[Hashable, int | None] = {}
        self._moves: dict[tuple[Hashable, int], Mapping[str, DecisionValue]] = {}

    def cost(self, genotype: Genotype) -> int | None:
        """Cost of a member; None where it is no valid network, or where costs are not known."""
        key = genotype.key
        if key not in self._costs:
            cost = self._view.measure(genotype)
            self._costs[key] = None if cost is None else getattr(cost, self._counted)
        return self._costs[key]

    def grown(self, genotype: Genotype) -> list[Genotype]:
        """For each axis the member that is one step larger along it.

        Decisions whose addresses end alike are one axis, such as the widths of all stages: they
        take a step together.
        """
        axes: dict[str, dict[str, DecisionValue]] = {}
        for path, value in self._move(genotype, 1).items():
            name = re.sub(r"[0-9]+", "", path.rpartition(".")[2])
            axes.setdefault(name or path, {})[path] = value
        found = (self._changed(genotype, values) for values in axes.values())
        return [child for child in found if child is not None and self._grows(genotype, child) > 0]

    def larger(self, genotype: Genotype) -> list[Genotype]:
        """The members that are one step larger along one decision alone."""
        return list(self._single(genotype, 1))

    def smaller(self, genotype: Genotype) -> list[Genotype]:
        """The members that are one step smaller along one decision alone."""
        return list(self._single(genotype, -1))

    def smallest(self, genotype: Genotype) -> Genotype:
        """The member that is left when no step makes it smaller; other decisions stay."""
        while found := self.smaller(genotype):
            genotype = min(found, key=self._size)
        return genotype

    def contracted(self, genotype: Genotype, origin: Genotype) -> Genotype | None:
        """A member that is over the budget, shrunk along other decisions until it is within.

        Args:
            genotype: The member, larger than `origin` by one step.
            origin: What it must not shrink back to.

        Returns: The largest one that is found; None if a few steps do not reach the budget.
        """
        for _ in range(_MOST_CONTRACTIONS):
            smaller = [child for child in self.smaller(genotype) if child.key != origin.key]
            within = [child for child in smaller if self._view.fits(child)]
            if within:
                return max(within, key=self._size)
            if not smaller:
                return None
            genotype = min(smaller, key=self._size)
        return None

    def _size(self, genotype: Genotype) -> int:
        # With unknown costs any one will do.
        return self.cost(genotype) or 0

    def _single(self, genotype: Genotype, sign: int) -> Iterator[Genotype]:
        for path, value in self._move(genotype, sign).items():
            child = self._changed(genotype, {path: value})
            if child is not None:
                yield child

    def _move(self, genotype: Genotype, sign: int) -> Mapping[str, DecisionValue]:
        """The value next to that of each decision that makes the member larger, or smaller."""
        key = (genotype.key, sign)
        if key not in self._moves:
            found: dict[str, DecisionValue] = {}
            for decision in self._view.table.active(genotype):
                if decision.is_ordered and decision.kind == "choice":
                    for value in steps(decision, genotype[decision.path]):
                        if sign * self._growth(genotype, decision, value) > 0:
                            found[decision.path] = value
                            break
            self._moves[key] = found
        return self._moves[key]

    def _growth(self, genotype: Genotype, decision: Decision, value: DecisionValue) -> int:
        """By how much a member is larger with this value, in whatever unit is known."""
        child = self._changed(genotype, {decision.path: value})
        if child is None:
            return 0
        if self.cost(genotype) is not None:
            return self._grows(genotype, child)
        places = {repr(option): place for place, option in enumerate(decision.options)}
        return places[repr(value)] - places[repr(genotype[decision.path])]

    def _grows(self, genotype: Genotype, child: Genotype) -> int:
        """By how much a child costs more; 1 where that is not known, 0 if it is no network."""
        before, after = self.cost(genotype), self.cost(child)
        if before is None:
            return 1
        return 0 if after is None else after - before

    def _changed(self, genotype: Genotype, values: Mapping[str, DecisionValue]) -> Genotype | None:
        rng = keyed_rng(self._seed, "axes", genotype.id, *values)
        try:
            return with_values(genotype, dict(values), self._view.table, rng)
        except NothingToChangeError:
            return None
