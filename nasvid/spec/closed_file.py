"""Writing an architecture as a file of the language: a space with nothing left to choose."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import yaml

from nasvid.core.streams import Stream
from nasvid.spec.decisions import DecisionValue, Genotype
from nasvid.spec.includes import SECTIONS
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import add_core_resolvers, plain, read_text


def short_text(space: SearchSpace, genotype: Genotype, reference: str, name: str = "") -> str:
    """The short form: the file of the space, and what is chosen.

    Args:
        space: The space.
        genotype: One of its members.
        reference: Path of the space's file, as seen from where the text will stand.
        name: Of the architecture; that of the space by default.
    """
    return dump(
        {
            "version": 1,
            "name": name or space.name,
            "space": reference,
            "classes": space.network.classes,
            "choose": genotype.to_json(),
        }
    )


def standalone_text(
    space: SearchSpace,
    chosen: Mapping[str, DecisionValue],
    streams: Mapping[str, Stream] | None = None,
    name: str = "",
) -> str:
    """The standalone form: the whole space with a `choose` section; needs no other file.

    Args:
        space: The space.
        chosen: Address to value: all of them for an architecture, some for a smaller space.
        streams: Frames and sizes that take the place of those in the file.
        name: Of the architecture; that of the space by default.
    """
    # The last text is the open file that all others build on.
    path, text = list(space.texts.items())[-1]
    data: dict[str, Any] = plain(read_text(text, path))
    data = _inlined(data, space)
    made = {p: list(v) if isinstance(v, tuple) else v for p, v in chosen.items()}
    settled: set[str] = set()
    for key, stream in (streams or {}).items():
        for field in ("frames", "frame_stride", "size"):
            settled.add(f"{key}.{field}")
            data["inputs"][key][field] = getattr(stream, field)
    if not settled.isdisjoint(made):
        made = {path: value for path, value in made.items() if path not in settled}
        # What was asked of the clips of the space says nothing of another one.
        rules = [r for r in data.pop("constraints", ()) if not _speaks_of(r, settled)]
        data |= {"constraints": rules} if rules else {}
    data["name"] = name or space.name
    data["classes"] = space.network.classes
    if space.description:
        data["description"] = space.description
    for key in ("budget", "search", "training", "choose", "gates", "override", "published"):
        data.pop(key, None)
    override = (
        space.override if streams is None else replace(space.override, frames=None, size=None)
    )
    if override.to_json():
        data["override"] = override.to_json()
    # One that the file only builds on is a rule for searches there.
    if space.limits and (space.has_own_budget or not space.is_closed):
        data["budget"] = dict(space.limits)
    data["training"] = space.training.to_json()
    data["search"] = space.search.to_json()
    # Paths there are relative to another folder.
    del data["search"]["warm_start"]
    if made:
        data["choose"] = made
    if space.gates:
        data["gates"] = {node: dict(weights) for node, weights in space.gates.items()}
    return dump(data)


def _inlined(data: dict[str, Any], space: SearchSpace) -> dict[str, Any]:
    """The open file with what it includes, in the order in which it was read."""
    found = {key: value for key, value in data.items() if key != "include"}
    included: list[dict[str, Any]] = [plain(read_text(t, p)) for p, t in space.included.items()]
    for section in SECTIONS:
        joined: dict[str, Any] = {}
        for part in (*included, data):
            joined |= part.get(section) or {}
        if joined:
            found[section] = joined
    return found


def relative_reference(target: Path, folder: Path) -> str:
    """Path of a file as seen from a folder; with `/` on every system."""
    here, there = folder.resolve(), target.resolve()
    up = 0
    while not there.is_relative_to(here):
        here, up = here.parent, up + 1
    return str(Path(*[".."] * up, there.relative_to(here)).as_posix())


def _speaks_of(rule: Any, paths: Collection[str]) -> bool:
    """Whether any text of a constraint names one of these decisions, by its address or a pattern."""
    if isinstance(rule, Mapping):
        parts = cast("Mapping[Any, Any]", rule)
        return any(_speaks_of(part, paths) for part in (*parts, *parts.values()))
    if isinstance(rule, list):
        return any(_speaks_of(part, paths) for part in cast("list[Any]", rule))
    text = str(rule)
    return any(path in text or fnmatchcase(path, text) for path in paths)


class _Dumper(yaml.SafeDumper):
    """The safe dumper that also quotes what YAML 1.2 would take for a number, such as 1e-4."""


def _represent_text(dumper: Any, text: str) -> Any:
    # Unless they are escaped, PyYAML reads these line breaks back as spaces.
    style = '"' if _LINE_BREAKS.intersection(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_LINE_BREAKS = frozenset("\x85\u2028\u2029")
add_core_resolvers(_Dumper)
_Dumper.add_representer(str, _represent_text)


def dump(data: Mapping[str, Any]) -> str:
    """Data as YAML that `read_text` reads back as it was."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
