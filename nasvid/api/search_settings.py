"""Settings of a search that were given by hand: the same rules as in a file."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from nasvid.core.errors import NasvidError
from nasvid.core.registry import unknown_name
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.mutation import MUTATIONS
from nasvid.spec.models import SearchSection


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise a NasvidError with all that is wrong with these settings, one line each.

    Args:
        settings: Name to value, such as `candidates`; names are those of the `search` section.
    """
    messages = [
        f"{name}: {unknown_name('search setting', name, SearchSection.model_fields)}"
        for name in settings
        if name not in SearchSection.model_fields
    ]
    known = {name: settings[name] for name in settings if name in SearchSection.model_fields}
    try:
        SearchSection.model_validate(known)
    except ValidationError as error:
        messages += [
            f"{'.'.join(map(str, detail['loc']))}: got {detail['input']!r}; "
            f"{str(detail['msg']).removeprefix('Input ')}."
            for detail in error.errors(include_url=False)
        ]
    else:
        messages += [f"{name}: {message}" for name, message in unknown_plugins(known)]
    if messages:
        raise NasvidError("\n".join(messages))


def unknown_plugins(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Setting and message for every algorithm and mutation that there is not, or is never taken."""
    found: list[tuple[str, str]] = []
    algorithm = settings.get("algorithm")
    if algorithm is not None and algorithm not in ALGORITHMS:
        found.append(("algorithm", unknown_name("algorithm", algorithm, ALGORITHMS)))
    found += [
        (f"mutations.{name}", unknown_name("mutation", name, MUTATIONS))
        for name in settings.get("mutations", {})
        if name not in MUTATIONS
    ]
    weights = settings.get("mutations")
    if weights is not None and not any(weights.values()):
        message = f"got {dict(weights)}; accepts weights of which at least one is above 0."
        found.append(("mutations", message))
    return found
