"""Settings of a search that were given by hand: the same rules as in a file."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from nasvid.core.errors import NasvidError
from nasvid.core.registry import unknown_name
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.crossover import CROSSOVERS
from nasvid.search.mutation import MUTATIONS
from nasvid.search.operators import find_operator_problems
from nasvid.spec.models import SearchSection
from nasvid.spec.read_section import wrong_settings
from nasvid.spec.sections import SearchSettings


def settings_with(settings: SearchSettings, changes: Mapping[str, Any]) -> SearchSettings:
    """The settings with some of them changed.

    Args:
        settings: Of a file.
        changes: Name to value, such as `candidates`; names are those of the `search` section.

    Raises:
        NasvidError: Something is wrong with them; tells all of it, one line each.
    """
    messages = [
        f"{name}: {unknown_name('search setting', name, SearchSection.model_fields)}"
        for name in changes
        if name not in SearchSection.model_fields
    ]
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in changes.items()
        if name in SearchSection.model_fields
    }
    found = settings
    try:
        # Together with what stays, since some settings go with others alone.
        section = SearchSection.model_validate(settings.to_json() | given)
    except ValidationError as error:
        wrong = wrong_settings(error, SearchSection)
        messages += [f"{'.'.join(w.keys) or 'search'}: {w.message}" for w in wrong]
        # Names are looked at all the same, so that all is told at once.
        named = settings.to_json() | naming(given)
    else:
        found = SearchSettings.from_json(section.model_dump())
        named = found.to_json()
    messages += [f"{name}: {message}" for name, message in unknown_plugins(named)]
    if messages:
        raise NasvidError("\n".join(messages))
    return found


def naming(given: Mapping[str, Any]) -> dict[str, Any]:
    """What names algorithms and operators in settings of which some are wrong, made right.

    Example:
        >>> naming({"algorithm": "evolve", "mutations": {"merge": "often"}, "window": 0})
        {'algorithm': 'evolve', 'mutations': {'merge': 1.0}}
    """
    found: dict[str, Any] = {}
    if isinstance(given.get("algorithm"), str):
        found["algorithm"] = given["algorithm"]
    for key in ("mutations", "crossovers"):
        if isinstance(given.get(key), Mapping):
            operators = given[key].items()
            found[key] = {name: s if _is_right(key, {name: s}) else 1.0 for name, s in operators}
    return found


def _is_right(key: str, value: object) -> bool:
    try:
        SearchSection.model_validate({key: value})
    except ValidationError:
        return False
    return True


def unknown_plugins(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Setting and message for every algorithm and operator that there is not, or is never taken."""
    found: list[tuple[str, str]] = []
    algorithm = settings["algorithm"]
    if algorithm not in ALGORITHMS:
        found.append(("algorithm", unknown_name("algorithm", algorithm, ALGORITHMS)))
    found += find_operator_problems(MUTATIONS, settings["mutations"], "mutations")
    found += find_operator_problems(CROSSOVERS, settings["crossovers"], "crossovers")
    return found
