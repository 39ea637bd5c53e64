"""A search space: draw members, change them, size it up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from nasvid.api.architecture import Architecture, CostReport
from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import Graph
from nasvid.lowering.clip import ClipSize
from nasvid.search.profile import SpaceProfile, profile_space
from nasvid.search.variation import Variation
from nasvid.spec.decisions import DecisionTable, SpaceSize
from nasvid.spec.search_space import SearchSpace as Spec


class SearchSpace:
    """All architectures that a file describes; a file with nothing left to choose has one.

    Args:
        spec: The parsed file.
        clip: Frames and size in place of those of the file.
    """

    def __init__(self, spec: Spec, clip: ClipSize | None = None) -> None:
        self.spec = spec
        self._clip = clip

    @property
    def name(self) -> str:
        """Name of the space."""
        return self.spec.name

    @property
    def is_closed(self) -> bool:
        """Whether the space is one architecture."""
        return self.spec.is_closed

    @property
    def decisions(self) -> DecisionTable:
        """All open choices."""
        return self.spec.decisions

    @property
    def size(self) -> SpaceSize:
        """How many genotypes there are."""
        return self.spec.decisions.size()

    def sample(self, seed: int = 0) -> Architecture:
        """A member; every value of each open decision is equally likely."""
        return self._member(self.spec.decisions.sample(keyed_rng(seed, "sample")))

    def mutate(self, architecture: Architecture, seed: int = 0) -> Architecture:
        """Another member near this one; the one given stays as it is.

        Raises:
            NasvidError: Nothing can change in this space.
        """
        rng = keyed_rng(seed, "mutate", architecture.genotype.id)
        variation = Variation(self.spec.search.mutations)
        child, _ = variation.vary(architecture.genotype, self.spec.decisions, rng)
        return self._member(child)

    def architecture(self, choices: Mapping[str, Any] | None = None) -> Architecture:
        """The member with these choices; of a closed space the only one.

        Args:
            choices: Address to value, for every decision that is open.

        Raises:
            SpaceError: A choice does not exist, or one is missing.
        """
        spec = self.spec.choose(choices, {}) if choices else self.spec
        return Architecture(spec, spec.only_genotype(), self._clip)

    def profile(self, samples: int = 1000, seed: int = 0) -> SpaceProfile:
        """Size, cost range, and what the budget leaves, from random members."""
        return profile_space(self.spec, samples=samples, seed=seed)

    @property
    def graph(self) -> Graph:
        """The graph of a closed space."""
        return self.architecture().graph

    def cost(self, norm: int = 0) -> CostReport:
        """The cost of a closed space; see `Architecture.cost`."""
        return self.architecture().cost(norm)

    def build(self) -> nn.Module:
        """The module of a closed space; see `Architecture.build`."""
        return self.architecture().build()

    def with_search(self, **settings: Any) -> "SearchSpace":
        """The same space with other settings of the search; None keeps what there is."""
        changes = {key: value for key, value in settings.items() if value is not None}
        search = replace(self.spec.search, **changes)
        return SearchSpace(replace(self.spec, search=search), self._clip)

    def _member(self, genotype: Any) -> Architecture:
        return Architecture(self.spec, genotype, self._clip)

    def __repr__(self) -> str:
        size = self.size
        return f"SearchSpace({self.name!r}, {len(self.decisions)} decisions, {size.count} members)"
