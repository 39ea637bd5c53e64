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
    given = {name: value for name, value in changes.items() if name in SearchSection.model_fields}
    found = settings
    try:
        # Together with what stays, since some settings go with others alone.
        section = SearchSection.model_validate(settings.to_json() | given)
    except ValidationError as error:
        wrong = list(wrong_settings(error, SearchSection))
        messages += [f"{'.'.join(w.keys) or 'search'}: {w.message}" for w in wrong]
        # Names are looked at all the same, so that all is told at once.
        broken = {part for w in wrong for part in (w.keys[:1] or (w.key,))}
        right = {name: value for name, value in given.items() if name not in broken}
        named = settings.to_json() | right
    else:
        found = SearchSettings.from_json(section.model_dump())
        named = found.to_json()
    messages += [f"{name}: {message}" for name, message in unknown_plugins(named)]
    if messages:
        raise NasvidError("\n".join(messages))
    return found


def unknown_plugins(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Setting and message for every algorithm and operator that there is not, or is never taken."""
    found: list[tuple[str, str]] = []
    algorithm = settings["algorithm"]
    if algorithm not in ALGORITHMS:
        found.append(("algorithm", unknown_name("algorithm", algorithm, ALGORITHMS)))
    found += find_operator_problems(MUTATIONS, settings["mutations"], "mutations")
    found += find_operator_problems(CROSSOVERS, settings["crossovers"], "crossovers")
    return found
