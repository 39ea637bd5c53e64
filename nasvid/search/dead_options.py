"""Options of a space with which no network was found: mistakes that random members only hint at."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nasvid.core.errors import Mark, NasvidError, Problem, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.lowering.lower import lower
from nasvid.search.lower_bound import all_genotypes
from nasvid.spec.decision import Condition, Decision, DecisionValue, Scalar
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.search_space import SearchSpace

# Spaces that are looked at whole.
MAX_WHOLE = 200
# Members tried for one option, and for all of them.
TRIES = 12
MAX_TRIES = 400
# Options of one decision that are tried.
MAX_OPTIONS = 16

# Address of a decision, and one of its options.
Option = tuple[str, Scalar]


@dataclass(frozen=True, slots=True)
class DeadOption:
    """An option with which no network was found.

    Args:
        path: Of the decision.
        option: One of its options.
        mark: Place of the decision.
        tries: Members that were tried.
        is_certain: Whether those are all that there are.
        example: Why one of them is no network.
    """

    path: str
    option: Scalar
    mark: Mark
    tries: int
    is_certain: bool
    example: str

    def problem(self) -> Problem:
        """As a user reads it."""
        times = f"all {self.tries} members" if self.is_certain else f"all of {self.tries} tries"
        message = f"{self.option!r} gives no network in {times}; for example {self.example}"
        return Problem(self.mark, self.path, message)


def dead_options(
    space: SearchSpace, valid: Iterable[Genotype], *, seed: int = 0
) -> tuple[DeadOption, ...]:
    """Options with which no network was found, those that only such an option opens left out.

    A small space is looked at whole. Else each option that no known network has is put into some
    that are known; what these few tries do not find may be there still.

    Args:
        space: The space.
        valid: Members that are known to be networks.
        seed: Of the draws.
    """
    table = space.decisions
    seen = _Seen(space, valid)
    is_whole = table.size().label == "exact" and table.size().count <= MAX_WHOLE
    if is_whole:
        for genotype in all_genotypes(table):
            seen.look(genotype, _options_of(genotype))
    else:
        for number, option in enumerate(seen.missing()):
            for attempt in range(TRIES):
                if seen.num_tries >= MAX_TRIES or option in seen.alive:
                    break
                seen.try_out(option, attempt, keyed_rng(seed, "option", number, attempt))
    return seen.dead(is_certain=is_whole)


class _Seen:
    """What became of the options of a space so far."""

    def __init__(self, space: SearchSpace, valid: Iterable[Genotype]) -> None:
        self._space = space
        self._table = space.decisions
        self._valid = list(valid)
        self.alive = {option for genotype in self._valid for option in _options_of(genotype)}
        self.num_tries = 0
        self._tries: Counter[Option] = Counter()
        self._examples: dict[Option, str] = {}

    def missing(self) -> Iterator[Option]:
        """Options that no network had, one after the other; of many, some evenly spaced."""
        for decision in sorted(self._table, key=lambda d: len(d.options)):
            if decision.kind == "subset" and not decision.most:
                continue
            options = [o for o in decision.options if (decision.path, o) not in self.alive]
            step = -(-len(options) // MAX_OPTIONS) if options else 1
            yield from ((decision.path, option) for option in options[::step])

    def try_out(self, option: Option, attempt: int, rng: random.Random) -> None:
        """Look at a member with the option: a known network where it is put in, or a new draw."""
        forced: dict[str, DecisionValue] = {}
        _force(self._table, *option, forced, rng)
        known: dict[str, DecisionValue] = {}
        # A known network tells most, but the option may need others that no known one has.
        if self._valid and attempt % 3 < 2:
            known.update(self._valid[rng.randrange(len(self._valid))].values)
        try:
            genotype = self._table.complete({**known, **forced}, rng, pinned=tuple(forced))
        except SpaceError:
            # Nothing goes with it under the constraints.
            return
        if option in _options_of(genotype):
            self.look(genotype, (option,))

    def look(self, genotype: Genotype, options: Iterable[Option]) -> None:
        """Lower a member that has these options."""
        self.num_tries += 1
        try:
            lower(self._space, genotype)
        except NasvidError as error:
            text = str(error.problems[0]) if isinstance(error, SpaceError) else str(error)
            for option in options:
                self._tries[option] += 1
                self._examples.setdefault(option, text)
        else:
            self._valid.append(genotype)
            self.alive.update(_options_of(genotype))

    def dead(self, *, is_certain: bool) -> tuple[DeadOption, ...]:
        """Those that were tried, or tried often enough, without a network; of copies the first."""
        least = 1 if is_certain else TRIES
        tried = {o for o, n in self._tries.items() if n >= least and o not in self.alive}
        found: dict[tuple[Mark, Scalar], DeadOption] = {}
        for decision in self._table:
            conditions = decision.conditions
            if conditions and all((c.path, c.option) in tried for c in conditions):
                # Whatever it takes is dead, as what opens it is.
                tried.update((decision.path, option) for option in decision.options)
                continue
            mark = decision.mark or Mark(self._space.file, 1, 1)
            for option in decision.options:
                key = (decision.path, option)
                if key in tried:
                    tries, example = self._tries[key], self._examples[key]
                    dead = DeadOption(*key, mark, tries, is_certain, example)
                    found.setdefault((mark, option), dead)
        return tuple(found.values())


def _options_of(genotype: Genotype) -> list[Option]:
    return [
        (path, option)
        for path, value in genotype.values
        for option in (value if isinstance(value, tuple) else (value,))
    ]


def _force(
    table: DecisionTable,
    path: str,
    option: Scalar,
    forced: dict[str, DecisionValue],
    rng: random.Random,
) -> None:
    """Note the values that open a decision and give it the option."""
    decision = table.by_path[path]
    if path not in forced:
        forced[path] = _value_with(decision, option, rng)
    for condition in _way(decision.conditions, rng):
        _force(table, condition.path, condition.option, forced, rng)


def _way(conditions: tuple[Condition, ...], rng: random.Random) -> Iterator[Condition]:
    """One of the conditions, and what must hold within it."""
    if conditions:
        taken = conditions[rng.randrange(len(conditions))]
        yield taken
        yield from _way(taken.within, rng)


def _value_with(decision: Decision, option: Scalar, rng: random.Random) -> DecisionValue:
    """A value that is the option, or has it among others."""
    if decision.kind == "choice":
        return option
    others = [other for other in decision.options if other != option]
    least, most = max(decision.least, 1), decision.most
    # Few others tell more of the option itself.
    size = rng.choice((least, rng.randint(least, most)))
    taken = {option, *rng.sample(others, size - 1)}
    return tuple(item for item in decision.options if item in taken)
