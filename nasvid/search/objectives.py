"""What a search optimises: metrics and costs, each maximised or minimised, and soft limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from nasvid.core.costs import COUNTED, Cost
from nasvid.core.errors import NasvidError
from nasvid.core.evaluations import Evaluation
from nasvid.spec.sections import Direction, Penalty, SearchSettings

# What algorithms that look for a front weigh a metric against where nothing else is said.
DEFAULT_COST = "macs"
# Soft limits scale a score by no more than this, so that its square is still a number.
_FACTORS = 1e-50, 1e50
# Where no direction is given, these are minimised and all others maximised.
_LOWER_IS_BETTER = frozenset(("loss", *COUNTED))


@dataclass(frozen=True)
class Objectives:
    """Reads scores out of evaluations; every score is one to be maximised.

    Args:
        primary: The objective by which the winner is found.
        directions: Every objective to its direction, the primary one among them; by default the
            primary one alone, maximised unless it is a cost or `loss`.
        penalties: Cost to its soft limit, which scales the primary score.
    Example:
        >>> objectives = Objectives("top1", {"top1": "max", "macs": "min"})
        >>> objectives.vector(Evaluation({"top1": 0.5}), Cost(macs=7))
        (0.5, -7.0)
    """

    primary: str
    directions: Mapping[str, Direction]
    penalties: Mapping[str, Penalty]
    # Of each objective, the primary one first: its name, what reads it where it is a cost, and its sign.
    _reading: tuple[tuple[str, Callable[[Cost], int] | None, float], ...] = field(
        init=False, repr=False, compare=False
    )
    # The same of one metric and one cost, as most searches for a front have them; None of others.
    _pair: tuple[float, str, float, Callable[[Cost], int]] | None = field(
        init=False, repr=False, compare=False
    )

    def __init__(
        self,
        primary: str,
        directions: Mapping[str, Direction] | None = None,
        penalties: Mapping[str, Penalty] | None = None,
    ) -> None:
        given = directions or {primary: _usual_direction(primary)}
        if primary not in given:
            raise NasvidError(
                f"search.objective: got {primary!r}, which is none of the objectives "
                f"{', '.join(sorted(given))}; accepts one of them."
            )
        others = sorted(name for name in given if name != primary)
        # The primary one first, then by name: the order in a file does not matter.
        ordered: dict[str, Direction] = {name: given[name] for name in (primary, *others)}
        object.__setattr__(self, "primary", primary)
        object.__setattr__(self, "directions", ordered)
        object.__setattr__(self, "penalties", dict(sorted((penalties or {}).items())))
        reading = [
            (name, attrgetter(name) if name in COUNTED else None, 1.0 if way == "max" else -1.0)
            for name, way in ordered.items()
        ]
        object.__setattr__(self, "_reading", tuple(reading))
        pair = None
        if len(reading) == 2 and not penalties:
            (name, first_cost, sign), (_, second_cost, way) = reading
            if first_cost is None and second_cost is not None:
                pair = sign, name, way, second_cost
        object.__setattr__(self, "_pair", pair)

    @classmethod
    def of(cls, settings: SearchSettings, *, several: bool = False) -> "Objectives":
        """Those of a search.

        Args:
            settings: How to search.
            several: Whether the algorithm looks for a front, which takes two objectives at least.
        """
        primary = settings.objective
        directions = dict(settings.objectives) or {primary: _usual_direction(primary)}
        if several and len(directions) == 1:
            # Where that is the lone objective itself it keeps the direction that was given.
            directions.setdefault(DEFAULT_COST, "min")
        return cls(primary, directions, settings.penalties)

    @property
    def is_minimised(self) -> bool:
        """Whether a lower primary objective is better."""
        return self.directions[self.primary] == "min"

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The objectives that an evaluation has to measure; costs are known without."""
        return tuple(name for name in self.directions if name not in COUNTED)

    def missing(self, evaluation: Evaluation) -> tuple[str, ...]:
        """Objectives that an evaluation lacks."""
        return tuple(name for name in self.metrics if name not in evaluation.metrics)

    def score(self, evaluation: Evaluation, cost: Cost) -> float:
        """The primary objective with its soft limits, to be maximised."""
        name, read_cost, sign = self._reading[0]
        value = sign * float(read_cost(cost) if read_cost else evaluation.metrics[name])
        return self._penalised(value, cost) if self.penalties else value

    def vector(self, evaluation: Evaluation, cost: Cost) -> tuple[float, ...]:
        """All objectives to be maximised, the primary one first, then by name."""
        metrics = evaluation.metrics
        if self._pair is not None:
            sign, name, way, read_cost = self._pair
            return sign * float(metrics[name]), way * float(read_cost(cost))
        found: list[float] = []
        for name, read_cost, sign in self._reading:
            found.append(sign * float(read_cost(cost) if read_cost else metrics[name]))
        if self.penalties:
            found[0] = self._penalised(found[0], cost)
        return tuple(found)

    def _penalised(self, value: float, cost: Cost) -> float:
        """The primary objective with its soft limits."""
        factor = self._factor(cost)
        # What is below 0, as what is minimised, gets worse by growing.
        return value * factor if value >= 0 else value / factor

    def _factor(self, cost: Cost) -> float:
        factor = 1.0
        for name, penalty in self.penalties.items():
            ratio = getattr(cost, name) / penalty.target
            if ratio > 1 or (penalty.rewards and ratio > 0):
                factor *= ratio**penalty.exponent
        least, most = _FACTORS
        return min(max(factor, least), most)


def _usual_direction(name: str) -> Direction:
    return "min" if name in _LOWER_IS_BETTER else "max"
