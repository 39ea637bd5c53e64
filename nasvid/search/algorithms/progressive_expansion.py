"""Progressive expansion: a small network grows, each time along the axis that gains most.

A climb begins at the smallest network with the blocks and edges of a good random draw. Each step
tries all networks that are larger along one axis, an axis being all ordered decisions whose
addresses end alike, such as the widths of all stages; the one that gains most score for its cost
goes on. Where all of those are over the budget, single decisions grow; where these are too, they
grow while others shrink, and the climb ends when that pays no more. Then the next one begins.

Source: Feichtenhofer 2020, X3D: Expanding Architectures for Efficient Video Recognition,
https://arxiv.org/abs/2004.04730, section 3.2 (forward expansion, backward contraction). Differs:
axes and their steps are those of the space, so gains are compared for what they cost instead of at
twice the cost; blocks and edges are not given but come from random draws, which all algorithms
share; while the last networks of a step are trained, those behind the best one so far are tried.
"""

import random
from bisect import insort
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import log
from typing import final

from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.axes import Axes
from nasvid.search.history import Result
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings


@dataclass(frozen=True, slots=True)
class _Known:
    """A network that was evaluated; without a score where that failed."""

    genotype: Genotype
    job: int
    score: float | None


@dataclass(frozen=True, slots=True)
class _Step:
    """Networks of which one is the next.

    Args:
        how: What makes them.
        options: The networks, each with its canonical id as far as that is known.
        has_to_pay: Whether the climb ends unless one of them is better than where it is.
    """

    how: str
    options: tuple[tuple[Genotype, str | None], ...]
    has_to_pay: bool = False


@ALGORITHMS.add
@final
class ProgressiveExpansion(Algorithm):
    """Grows a small network, each time along the axis that gains most score for its cost."""

    reads = frozenset(("population",))

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._axes = Axes(view, settings.seed)
        self._known: dict[Hashable, _Known] = {}
        self._by_graph: dict[str, _Known] = {}
        # Random draws that no climb began with yet, the best one last.
        self._draws: list[_Known] = []
        # Where the climb is, at first the draw that it began with, and what is tried from there.
        self._here: _Known | None = None
        self._step: _Step | None = None
        self._steps: dict[Hashable, _Step | None] = {}

    def fold(self, result: Result) -> None:
        job = result.job
        if job.kind != "search":
            return
        known = _Known(
            job.genotype, job.number, self.score(result) if result.is_candidate else None
        )
        self._known[job.genotype.key] = self._by_graph[job.graph_id] = known
        if known.score is not None and not job.origin.parents:
            insort(self._draws, known, key=_rank)
        while len(self._known) >= self.settings.population and self._go_on():
            pass

    def propose(self, number: int, rng: random.Random) -> Proposal:
        step, here = self._step, self._here
        if number < self.settings.population or step is None or here is None:
            return self.draw(rng)
        unknown = [option for option in step.options if self._find(*option) is None]
        return _child(unknown, step, here, rng)

    def further(self, turned_down: Proposal, number: int, rng: random.Random) -> Proposal:
        # All networks of the step are being trained: one behind the best so far may be next.
        del turned_down, number
        best = max(self._scored(), key=_rank, default=self._here)
        behind = None if best is None else self._step_from(best.genotype)
        if best is None or behind is None:
            return self.draw(rng)
        return _child(behind.options, behind, best, rng)

    def _go_on(self) -> bool:
        """Go one step on; False where that rests on what is not known yet."""
        if self._step is None or self._here is None:
            return self._begin()
        if any(self._find(*option) is None for option in self._step.options):
            return False
        self._here = self._choose(self._step, self._here)
        self._step = None if self._here is None else self._step_from(self._here.genotype)
        return True

    def _begin(self) -> bool:
        if not self._draws:
            return False
        self._here = self._draws.pop()
        base = self._axes.smallest(self._here.genotype)
        self._step = _Step("smallest", ((base, self.view.identify(base)),))
        return True

    def _choose(self, step: _Step, here: _Known) -> _Known | None:
        """Which network of the step is next; None where the climb is over."""
        scored = self._scored()
        if step.has_to_pay:
            best = max(scored, key=_rank, default=here)
            return best if _rank(best)[0] > _rank(here)[0] else None
        return max(scored, key=lambda known: (self._gain(here, known), -known.job), default=None)

    def _gain(self, here: _Known, there: _Known) -> float:
        """Score that is gained for each doubling of the cost, up to a factor."""
        before, after = self._axes.cost(here.genotype), self._axes.cost(there.genotype)
        gain = _rank(there)[0] - _rank(here)[0]
        return gain / log(after / before) if before and after and after > before else gain

    def _step_from(self, genotype: Genotype) -> _Step | None:
        """What is tried from a network on; None where nothing is left. A function of it alone."""
        if genotype.key not in self._steps:
            self._steps[genotype.key] = self._new_step(genotype)
        return self._steps[genotype.key]

    def _new_step(self, genotype: Genotype) -> _Step | None:
        axes, fits = self._axes, self.view.fits
        larger = axes.larger(genotype)
        shrunk = (axes.contracted(child, genotype) for child in larger if not fits(child))
        for how, found in (
            ("expansion", (child for child in axes.grown(genotype) if fits(child))),
            ("expansion:single", (child for child in larger if fits(child))),
            ("contraction", (child for child in shrunk if child is not None)),
        ):
            options = {child.key: child for child in found}
            if options:
                pairs = tuple((child, self.view.identify(child)) for child in options.values())
                return _Step(how, pairs, has_to_pay=how == "contraction")
        return None

    def _scored(self) -> list[_Known]:
        """The networks of the step that have a score."""
        options = () if self._step is None else self._step.options
        found = (self._find(*option) for option in options)
        return [known for known in found if known is not None and known.score is not None]

    def _find(self, genotype: Genotype, graph: str | None) -> _Known | None:
        known = self._known.get(genotype.key)
        return known if known is not None or graph is None else self._by_graph.get(graph)


def _rank(known: _Known) -> tuple[float, int]:
    """Higher is better; of equals the earlier one."""
    return (float("-inf") if known.score is None else known.score, -known.job)


def _child(
    options: Sequence[tuple[Genotype, str | None]], step: _Step, parent: _Known, rng: random.Random
) -> Proposal:
    genotype, _ = options[rng.randrange(len(options))]
    return Proposal(genotype, Origin(step.how, (parent.job,)))
