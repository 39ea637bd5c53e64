"""Settings that have no effect on this space, with this algorithm, on this data, so evaluated.

A setting that is silently ignored makes another experiment than the one that was meant. Only what
somebody asked for is told: what a file states, or what was given by hand. Defaults never are.
"""

import inspect
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from nasvid.core.errors import NasvidError, Problem, SpaceError
from nasvid.core.recipes import Recipe
from nasvid.search.algorithm import ALGORITHMS, OF_VARIATION
from nasvid.search.crossover import CROSSOVERS, Crossover
from nasvid.search.guide import REPEATS_AFTER, scores_to_guide
from nasvid.search.mutation import MUTATIONS, Mutation
from nasvid.search.objectives import Objectives
from nasvid.search.operators import make_operators
from nasvid.search.space_view import SpaceView
from nasvid.spec.models import SearchSection
from nasvid.spec.outline import outline_of
from nasvid.spec.places import place_in, place_of, stated_place
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.sections import SearchSettings, SurrogateSettings
from nasvid.spec.source import Table, read_text

_NO_MODEL = SurrogateSettings(share=0.0)
_DEFAULTS = SearchSettings.from_json(SearchSection.model_validate({}).model_dump()).to_json()
# Where they stand in a file for one algorithm, trying another by hand is no mistake.
_MINOR = frozenset(("tournament", "repeat_share", "reduction", "finalists", "window"))
# By the fidelity that an evaluate function is given.
_HANDED_ON = ("epochs",)


class SettingsWarning(UserWarning):
    """A setting of a search that was asked for has no effect."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A setting without effect.

    Args:
        key: The setting, such as `mutations.add_stream`.
        message: Why, and what to do.
        cause: The setting that makes it so, if one does.
        is_wrong: Whether nothing that was named can have an effect, so that another search than
            the one described would run.
    """

    key: str
    message: str
    cause: str = ""
    is_wrong: bool = False


def check_idle(
    space: SearchSpace,
    by_hand: Collection[str],
    no_final_split: str = "",
    *,
    is_own: bool = False,
) -> tuple[str, ...]:
    """What has no effect, each with its place, for people.

    Args:
        space: The space and its settings.
        by_hand: Settings that were given in place of those of the file.
        no_final_split: Why there will be no score on the final split; empty if there will be.
        is_own: Whether a function of the user's own evaluates candidates, in place of training.

    Raises:
        NasvidError: Nothing that was named can have an effect; a SpaceError where a file says it.
    """
    asked = _Asked(space, by_hand)
    found = [idle for idle in _idle(space, no_final_split) if asked.is_worth_telling(idle)]
    wrong = [idle for idle in found if idle.is_wrong]
    if wrong and any(asked.is_by_hand(idle.key) for idle in wrong):
        raise NasvidError("\n".join(asked.told(idle) for idle in wrong))
    if wrong:
        raise SpaceError(asked.problem(idle) for idle in wrong)
    told = tuple(asked.told(idle) for idle in found)
    return (*told, *_of_training(space)) if is_own else told


class _Asked:
    """Who asked for which setting."""

    def __init__(self, space: SearchSpace, by_hand: Collection[str]) -> None:
        self._space = space
        self._by_hand = by_hand

    def is_worth_telling(self, idle: Idle) -> bool:
        """Whether somebody asked for it who would like to know."""
        name = idle.key.partition(".")[0]
        if name in _MINOR and self.is_by_hand(idle.cause) and not self.is_by_hand(name):
            return False
        return self._is_asked(name) or (name == "population" and self._is_asked(idle.cause))

    def is_by_hand(self, key: str) -> bool:
        """Whether it was given in place of what the file says."""
        return key.partition(".")[0] in self._by_hand

    def problem(self, idle: Idle) -> Problem:
        """It and its place in a file."""
        place = place_of(self._space, "search", *idle.key.split("."))
        return Problem(place, f"search.{idle.key}", idle.message)

    def told(self, idle: Idle) -> str:
        """It for people, with its place if a file states it."""
        top = idle.key.partition(".")[0]
        if self.is_by_hand(top) or stated_place(self._space, "search", top) is None:
            return f"{idle.key}: {idle.message}"
        return str(self.problem(idle))

    def _is_asked(self, name: str) -> bool:
        if self.is_by_hand(name):
            return True
        if stated_place(self._space, "search", name) is None:
            return False
        return not self._states_all or self._space.search.to_json()[name] != _DEFAULTS[name]

    @cached_property
    def _states_all(self) -> bool:
        """Whether nasvid wrote the file: it states even what nobody asked for."""
        sections = (
            place_in(read_text(text, path), "search") for path, text in self._space.texts.items()
        )
        # Paths to begin with are left out, as they are relative to another folder.
        every = _DEFAULTS.keys() - {"warm_start"}
        return any(isinstance(s, Table) and every.issubset(s.keys) for s in sections)


def _idle(space: SearchSpace, no_final_split: str) -> Iterator[Idle]:
    settings = space.search
    yield from _of_operators(space)
    yield from _of_algorithm(settings)
    yield from _of_model(settings)
    yield from _of_numbers(settings)
    if settings.final_split and no_final_split:
        message = f"got {settings.final_split!r}, but has no effect: {no_final_split}."
        yield Idle("final_split", message)


def _of_operators(space: SearchSpace) -> Iterator[Idle]:
    settings = space.search
    view = SpaceView(space.decisions, space.limits, outline=outline_of(space.network))
    reads = ALGORITHMS[settings.algorithm].reads
    if settings.mutations and "mutations" in reads:
        mutations = make_operators(MUTATIONS, settings.mutations, "search.mutations")
        yield from _unfit("mutations", [m for m, _ in mutations], view)
    if settings.crossovers and "crossovers" in reads:
        if not settings.crossover_share:
            message = "has no effect where crossover_share is 0; set that too, such as 0.2."
            yield Idle("crossovers", message, "crossover_share")
            return
        crossovers = make_operators(CROSSOVERS, settings.crossovers, "search.crossovers")
        yield from _unfit("crossovers", [c for c, _ in crossovers], view)


def _unfit(
    key: str, operators: Collection[Mutation | Crossover], view: SpaceView
) -> Iterator[Idle]:
    """Operators that find nothing to do in any member."""
    unfit = [operator for operator in operators if not operator.applies(view)]
    if len(unfit) == len(operators):
        names = ", ".join(operator.name() for operator in unfit)
        message = (
            f"got {names}, which can change nothing in this space. Name others, or leave {key} out "
            "for the default mix."
        )
        yield Idle(key, message, is_wrong=True)
        return
    for operator in unfit:
        does = inspect.cleandoc(type(operator).__doc__ or "").partition("\n")[0]
        message = f"can change nothing in this space, so it is never drawn. What it does: {does}"
        yield Idle(f"{key}.{operator.name()}", message)


def _of_algorithm(settings: SearchSettings) -> Iterator[Idle]:
    """What the algorithm does not go by."""
    name = settings.algorithm
    reads = ALGORITHMS[name].reads
    for key in sorted((OF_VARIATION | {"tournament"}) - reads):
        if getattr(settings, key):
            who = ", ".join(n for n in ALGORITHMS if key in ALGORITHMS[n].reads)
            message = f"has no effect with {name}; leave it out, or take one of {who}."
            yield Idle(key, message, "algorithm")
    if ALGORITHMS[name].seeks_front and len(Objectives.of(settings, several=True).directions) == 1:
        message = (
            f"looks for a front, and {settings.objective} is the only objective, so the front is one "
            "candidate. Name another one in objectives, or take aging_evolution."
        )
        yield Idle("algorithm", message, "objective")
    if "population" in reads and settings.population >= settings.candidates:
        message = (
            f"got {settings.population}, where candidates is {settings.candidates}: so many first "
            "ones are drawn at random, so all of them are and nothing is learned from any. Set a "
            "smaller population, or more candidates."
        )
        yield Idle("population", message, "candidates")
    elif "population" in reads and settings.window >= settings.candidates:
        message = (
            f"got {settings.window}, where candidates is {settings.candidates}: no job sees the result "
            "of another one, so nothing is learned from any. Set a smaller window, or more candidates."
        )
        yield Idle("window", message, "candidates")


def _of_model(settings: SearchSettings) -> Iterator[Idle]:
    """What only a model of the scores goes by."""
    kind, surrogate = ALGORITHMS[settings.algorithm], settings.surrogate
    guided = ", ".join(name for name in ALGORITHMS if ALGORITHMS[name].takes_guidance)
    if surrogate.share and not kind.takes_guidance:
        message = (
            f"has no effect with {settings.algorithm}, which no model guides; leave it out, or take "
            f"one of {guided}."
        )
        yield Idle("surrogate", message, "algorithm")
    elif surrogate.share and surrogate.after >= settings.candidates:
        message = (
            f"got {surrogate.after}, where candidates is {settings.candidates}: the model never "
            "guides. Set a smaller number, or more candidates."
        )
        yield Idle("surrogate.after", message, "candidates")
    elif surrogate.share and _guides_too_late(settings):
        message = (
            f"got {surrogate.after}, where candidates is {settings.candidates} and window "
            f"{settings.window}: the model never guides. Set a smaller number, a smaller window, or "
            "more candidates."
        )
        yield Idle("surrogate.after", message, "candidates")
    if not surrogate.share:
        for key in ("after", "pool", "optimism", "features"):
            if getattr(surrogate, key) != getattr(_NO_MODEL, key):
                message = "has no effect where surrogate.share is 0; leave it out."
                yield Idle(f"surrogate.{key}", message, "surrogate.share")
    if settings.repeat_share and not (surrogate.share and kind.takes_guidance):
        cause = "surrogate" if kind.takes_guidance else "algorithm"
        message = "has no effect but where a model of the scores guides the search; leave it out."
        yield Idle("repeat_share", message, cause)
    elif settings.repeat_share and settings.candidates <= REPEATS_AFTER:
        message = (
            f"has no effect where candidates is {settings.candidates}: nothing is trained again before "
            f"there are {REPEATS_AFTER} scores. Leave it out, or ask for more candidates."
        )
        yield Idle("repeat_share", message, "candidates")


def _of_numbers(settings: SearchSettings) -> Iterator[Idle]:
    if not settings.rungs:
        message = "has no effect without rungs; set those too, or leave it out."
        yield Idle("reduction", message, "rungs")
    if len(settings.rungs) == 1:
        message = (
            f"got {list(settings.rungs)}: from one level nobody is promoted. Add a higher one, or set "
            "epochs of the training."
        )
        yield Idle("rungs", message)
    elif settings.rungs and settings.reduction > settings.candidates:
        message = (
            f"got {settings.reduction}, where candidates is {settings.candidates}: nobody is promoted. "
            "Set a smaller number, or more candidates."
        )
        yield Idle("reduction", message, "candidates")
    if not settings.repeats:
        message = "has no effect where repeats is 0; leave it out, or set repeats."
        yield Idle("finalists", message, "repeats")


def _of_training(space: SearchSpace) -> Iterator[str]:
    """Settings of a training that there is not; in one line, as one thing makes all of them idle."""
    defaults, recipe = Recipe().to_json(), space.training.to_json()
    # Those at their defaults are stated by files that nasvid wrote; nothing is lost with them.
    idle = [
        name for name, value in recipe.items() if name not in _HANDED_ON and value != defaults[name]
    ]
    if idle:
        message = (
            f"got {', '.join(idle)}, without effect on what an evaluate function scores: of these "
            f"settings it is handed {', '.join(_HANDED_ON)} alone. Set them in the function."
        )
        yield str(Problem(place_of(space, "training"), "training", message))


def _guides_too_late(settings: SearchSettings) -> bool:
    """Whether no job sees as many scores as the model takes, though some see any."""
    first = scores_to_guide(settings) + settings.window - 1
    return settings.window < settings.candidates <= first
