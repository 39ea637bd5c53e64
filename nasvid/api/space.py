"""A search space: draw members, change them, size it up."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nasvid.api.architecture import Architecture, CostReport
from nasvid.api.idle_settings import check_idle
from nasvid.api.search_settings import settings_with
from nasvid.api.trained_objectives import told_as_warning
from nasvid.core.errors import BudgetError, NasvidError, ShapeError
from nasvid.core.seeds import keyed_rng
from nasvid.cost.budget import Budget
from nasvid.graph.ir import Graph
from nasvid.lowering.clip import ClipSize
from nasvid.search.candidates import Candidates
from nasvid.search.dead_options import dead_options
from nasvid.search.profile import SpaceProfile, profile_space
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.variation import Variation
from nasvid.spec.constraint import named_constraints
from nasvid.spec.decisions import DecisionTable, Genotype, SpaceSize
from nasvid.spec.lone_shares import lone_shares
from nasvid.spec.outline import outline_of
from nasvid.spec.places import stated_place
from nasvid.spec.search_space import SearchSpace as Spec
from nasvid.spec.sections import default_algorithm
from nasvid.spec.unread import unread

if TYPE_CHECKING:
    from torch import nn

MAX_TRIES = 1000


class SearchSpace:
    """All architectures that a file describes; a file with nothing left to choose has one.

    Args:
        spec: The parsed file.
        clip: Frames and size in place of those of the file.
        starts_folder: What paths in `warm_start` are relative to; None for the folder of the file.
        by_hand: Settings of the search that are not those of the file.
    """

    def __init__(
        self,
        spec: Spec,
        clip: ClipSize | None = None,
        starts_folder: Path | None = None,
        by_hand: frozenset[str] = frozenset(),
    ) -> None:
        self.spec = spec
        self._clip = clip
        self.starts_folder = starts_folder
        self.by_hand = by_hand

    @property
    def name(self) -> str:
        """Name of the space."""
        return self.spec.name

    @property
    def is_closed(self) -> bool:
        """Whether the space is one architecture."""
        return not self.open_decisions

    @property
    def open_decisions(self) -> tuple[str, ...]:
        """Addresses of what is left to choose first; none for an architecture."""
        table = self.spec.decisions
        made = {item.path: next(iter(item.values())) for item in table if item.num_values == 1}
        return tuple(item.path for item in table.open_given(made))

    @property
    def decisions(self) -> DecisionTable:
        """All open choices."""
        return self.spec.decisions

    @property
    def size(self) -> SpaceSize:
        """How many genotypes there are."""
        return self.spec.decisions.size()

    def sample(self, seed: int = 0, *, within_budget: bool = False) -> Architecture:
        """A member; every value of each open decision is equally likely.

        Choices whose shapes do not fit each other are no member and drawn anew.

        Args:
            seed: Of the draw.
            within_budget: Whether to draw until the member is within the budget of the space.

        Raises:
            SpaceError: None of many draws gave a member; tells why the first one did not.
            BudgetError: None of them was within the budget.
        """

        def draw(attempt: int) -> Genotype:
            key = (seed, "sample") if attempt == 0 else (seed, "sample", attempt)
            return self.spec.decisions.sample(keyed_rng(*key))

        limits = self.spec.limits if within_budget else {}
        for member in self._members(draw):
            if not any(getattr(member.cost(), name) > most for name, most in limits.items()):
                return member
        raise BudgetError(
            f"{self.spec.file}: budget: no member within {Budget(limits)} in {MAX_TRIES} draws; "
            "nasvid profile tells which limit rejects most."
        )

    def mutate(self, architecture: Architecture, seed: int = 0) -> Architecture:
        """Another member near this one; the one given stays as it is.

        Raises:
            NasvidError: Nothing can change in this space, or the architecture is none of it.
        """
        genotype = architecture.genotype
        strange = [path for path in genotype.by_path if path not in self.decisions.by_path]
        if strange:
            raise NasvidError(
                f"mutate: {architecture!r} decides on {strange[0]!r}, which {self.name!r} does not "
                "have; accepts a member of the same space."
            )
        broken = self.decisions.broken(genotype.by_path)
        if broken:
            raise NasvidError(
                f"mutate: {architecture!r} does not meet {named_constraints(broken[:1])}; accepts a "
                "member of the same space."
            )
        candidates = Candidates.of(self.spec)
        view = SpaceView(
            self.spec.decisions,
            self.spec.limits,
            candidates.measure,
            candidates.identify,
            outline_of(self.spec.network),
        )
        variation = Variation(view, self.spec.search)

        def draw(attempt: int) -> Genotype:
            key = (seed, "mutate", genotype.id) + ((attempt,) if attempt else ())
            return variation.mutated(Parent(genotype), 0, keyed_rng(*key))[0]

        return next(self._members(draw))

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
        """Size, cost range, and what the budget leaves, from random members.

        Raises:
            ShapeError: The space was loaded for another clip than its own.
        """
        self.check_clip()
        return profile_space(self.spec, samples=samples, seed=seed)

    def warnings(self, profile: SpaceProfile) -> tuple[str, ...]:
        """What is likely a mistake: what no output reads, shares nothing, or gives no network.

        Settings of the search that have no effect are told too.

        Args:
            profile: Of this space; members are drawn with the options that its samples lack.

        Raises:
            NasvidError: All mutations or crossovers that are named can change nothing here.
        """
        dead = dead_options(self.spec, profile.valid)
        found = (
            *unread(self.spec.network),
            *lone_shares(self.spec.network),
            *(option.problem() for option in dead),
        )
        told = tuple(str(problem) for problem in found)
        return (*told, *told_as_warning(self.spec), *check_idle(self.spec, self.by_hand))

    @property
    def graph(self) -> Graph:
        """The graph of a closed space."""
        return self.architecture().graph

    def cost(self, norm: int = 0) -> CostReport:
        """The cost of a closed space; see `Architecture.cost`."""
        return self.architecture().cost(norm)

    def build(self) -> "nn.Module":
        """The module of a closed space; see `Architecture.build`."""
        return self.architecture().build()

    def with_search(self, **settings: Any) -> "SearchSpace":
        """The same space with other settings of the search; None keeps what there is.

        Raises:
            NasvidError: There is no such setting, or it does not accept the value.
        """
        given = {key: value for key, value in settings.items() if value is not None}
        changes = dict(given)
        if "objectives" in changes and not self._names_algorithm(changes):
            objectives = changes["objectives"]
            named = objectives if isinstance(objectives, Mapping) else ()
            changes["algorithm"] = default_algorithm(named)
        search = settings_with(self.spec.search, changes)
        folder = Path.cwd() if "warm_start" in changes else self.starts_folder
        spec = replace(self.spec, search=search)
        return SearchSpace(spec, self._clip, folder, self.by_hand.union(given))

    def _names_algorithm(self, changes: Mapping[str, Any]) -> bool:
        """Whether a call, one before it or the file does."""
        named = self.by_hand.union(changes)
        return "algorithm" in named or stated_place(self.spec, "search", "algorithm") is not None

    def check_clip(self) -> None:
        """Raise a ShapeError where another clip was asked for than the file describes."""
        if self._clip is not None:
            raise ShapeError(
                f"clip: got {self._clip.frames}x{self._clip.size} for the space {self.name!r}; "
                "another clip is for looking at one architecture. Set frames and size of the "
                "inputs in the file."
            )

    def _members(self, draw: Callable[[int], Genotype]) -> Iterator[Architecture]:
        """The valid ones among many draws, at least one."""
        first: NasvidError | None = None
        has_any = False
        for attempt in range(MAX_TRIES):
            member = Architecture(self.spec, draw(attempt), self._clip)
            try:
                _ = member.graph
            except NasvidError as error:
                first = first or error
                continue
            has_any = True
            yield member
        if first is not None and not has_any:
            raise first

    def __repr__(self) -> str:
        size = self.size
        return f"SearchSpace({self.name!r}, {len(self.decisions)} decisions, {size.count} members)"
