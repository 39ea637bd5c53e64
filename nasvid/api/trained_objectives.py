"""Objectives that no training gives, told before anything is trained."""

from nasvid.core.costs import COUNTED
from nasvid.core.errors import SpaceError
from nasvid.core.evaluations import TRAINED_METRICS
from nasvid.search.objectives import Objectives
from nasvid.spec.places import place_of
from nasvid.spec.search_space import SearchSpace


def untrained_objectives(space: SearchSpace) -> tuple[str, ...]:
    """What is to be optimised and neither known nor measured by a training."""
    return tuple(
        name for name in Objectives.of(space.search).metrics if name not in TRAINED_METRICS
    )


def check_trained(space: SearchSpace) -> None:
    """Raise an error where a training would end without an objective.

    Raises:
        SpaceError: It would.
    """
    unknown = untrained_objectives(space)
    if unknown:
        raise SpaceError.at(
            place_of(space, "search", "objective"), "search.objective", _told(unknown[0])
        )


def told_as_warning(space: SearchSpace) -> tuple[str, ...]:
    """The same for who may still evaluate candidates by a function."""
    return tuple(
        f"search.objective: {_told(name)} A function given by --evaluate may measure it."
        for name in untrained_objectives(space)
    )


def _told(name: str) -> str:
    return (
        f"got {name!r}, which is no cost and which no training gives; accepts "
        f"{', '.join((*TRAINED_METRICS, *COUNTED))}."
    )
