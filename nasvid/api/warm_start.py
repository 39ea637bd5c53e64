"""Members that a search evaluates first: networks of the zoo, files, the best of other runs."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from nasvid.api.load import load
from nasvid.api.run import Run
from nasvid.api.space import SearchSpace as OpenSpace
from nasvid.api.zoo import zoo
from nasvid.core.errors import NasvidError, RunError
from nasvid.core.registry import unknown_name
from nasvid.core.seeds import keyed_rng
from nasvid.search.candidates import Candidates, Prepared
from nasvid.spec.constraint import named_constraints
from nasvid.spec.decisions import DecisionValue, Genotype
from nasvid.spec.places import place_of
from nasvid.spec.search_space import SearchSpace, accepted_values
from nasvid.spec.source import cut

# So many candidates of another run are tried, its best ones first.
BEST_OF_RUN = 10


@dataclass(frozen=True, slots=True)
class Start:
    """A member to be evaluated first.

    Args:
        source: Where it comes from, for people.
        genotype: The member.
    """

    source: str
    genotype: Genotype


def named_starts(space: OpenSpace, spec: SearchSpace) -> "Usable | None":
    """The members that the settings of a space name and a search would evaluate; None if none are.

    Args:
        space: The space.
        spec: The same as it will be searched, with the classes of the data.

    Raises:
        NasvidError: There is no such thing, it is no member of the space, or none is left.
    """
    folder = space.starts_folder
    if not spec.search.warm_start:
        return None
    where = "warm_start"
    if folder is None:
        folder = Path(spec.file).parent
        where = f"{place_of(spec, 'search', 'warm_start')}: search.warm_start"
    return usable(spec, find_starts(spec, spec.search.warm_start, folder, where))


def find_starts(space: SearchSpace, names: Sequence[str], folder: Path, where: str) -> list[Start]:
    """The members that settings name, in their order.

    Args:
        space: The space that they have to be members of.
        names: Networks of the zoo, files of architectures, folders of runs.
        folder: What paths are relative to.
        where: Where the names stand, for messages.

    Raises:
        NasvidError: There is no such thing, or it is no member of the space.
    """
    networks = {network.name: network.path for network in zoo()} if names else {}
    found: list[Start] = []
    for name in names:
        path = networks.get(name, folder / name)
        if not path.exists():
            raise NasvidError(
                f"{where}: got {name!r}; accepts a network of the zoo, the file of an architecture, "
                f"or the folder of a run; {unknown_name('network', name, networks)}"
            )
        sources = list(_of_run(path, name)) if path.is_dir() else [_of_file(path, name)]
        if not sources:
            raise NasvidError(
                f"{where}: got {name!r}, a run in which no candidate has been scored; accepts one "
                "with results. Leave it out, or wait until it has some."
            )
        for source, base, values in sources:
            found.append(Start(source, _fitted(space, values, f"{where}: {source}", base)))
    return found


_Values = Mapping[str, DecisionValue]


def _of_file(path: Path, name: str) -> tuple[str, str, _Values]:
    """What it is called, what it is made from, and what it chooses."""
    spec = load(path).spec
    base = list(spec.texts)[-1]
    return name, base, spec.only_genotype().by_path


def _of_run(path: Path, name: str) -> Iterator[tuple[str, str, _Values]]:
    run = Run(path)
    for candidate in run.leaders(BEST_OF_RUN):
        source = f"job {candidate.job.number} of {name}"
        yield source, f"the space {run.settings.space!r}", candidate.job.genotype.by_path


def _fitted(space: SearchSpace, values: _Values, where: str, base: str) -> Genotype:
    """The member of the space that chooses these values.

    Raises:
        NasvidError: There is none; tells the first decision that does not fit.
    """
    table = space.decisions
    # Where there is one option there is nothing to say.
    found = {d.path: next(d.values()) for d in table if d.num_values == 1}
    for path, value in values.items():
        decision = table.by_path.get(path)
        if decision is None:
            raise _misfit(space, where, base, f"it decides on {path!r}, which is no decision there")
        found[path] = decision.read(value)
        if not decision.accepts(found[path]):
            accepted = accepted_values(decision)
            told = f"{path} is {cut(repr(value))}, where the space {accepted}"
            raise _misfit(space, where, base, told)
    missing = table.open_given(found)
    if missing:
        told = f"it says nothing of {missing[0].path!r}, which is open there"
        raise _misfit(space, where, base, told)
    closed = [path for path in values if not table.is_active(table.by_path[path], found)]
    if closed:
        raise _misfit(space, where, base, f"{closed[0]!r} is not open there with what it chooses")
    broken = table.broken(found)
    if broken:
        told = f"it does not meet {named_constraints(broken[:1])}"
        raise _misfit(space, where, base, told)
    return table.complete(found, keyed_rng("warm start"))


def _misfit(space: SearchSpace, where: str, base: str, told: str) -> NasvidError:
    return NasvidError(
        f"{where}: is made from {base} and no member of the space {space.name!r}: {told}. Leave it "
        "out, or name members of this space."
    )


@dataclass(frozen=True, slots=True)
class Usable:
    """Which members are evaluated.

    Args:
        starts: Those that are.
        left_out: Why the others are not, to how many.
    """

    starts: list[Start]
    left_out: Mapping[str, int]

    def __str__(self) -> str:
        total = len(self.starts) + sum(self.left_out.values())
        listed = ", ".join(f"{count} {why}" for why, count in self.left_out.items())
        return f"{len(self.starts)} of {total} members" + (
            f"; left out: {listed}" if listed else ""
        )


def usable(space: SearchSpace, starts: Sequence[Start]) -> Usable:
    """Those that a search would evaluate: valid, within the budget, each network once, not too many.

    Raises:
        NasvidError: None of them is.
    """
    candidates = Candidates.of(space)
    found: dict[str, Start] = {}
    left_out: Counter[str] = Counter()
    for start in starts:
        verdict = candidates.prepare(start.genotype)
        if not isinstance(verdict, Prepared):
            kind, _, what = verdict.reason.partition(".")
            left_out[f"over the budget ({what})" if kind == "budget" else "invalid here"] += 1
        elif verdict.graph_id in found:
            left_out["named before"] += 1
        elif len(found) == space.search.candidates:
            left_out["more than there are candidates"] += 1
        else:
            found[verdict.graph_id] = start
    result = Usable(list(found.values()), dict(sorted(left_out.items())))
    if starts and not found:
        raise NasvidError(
            f"warm_start: {result}. Name members within the budget, raise it, or leave them out."
        )
    return result


def starts_text(starts: Sequence[Start]) -> str:
    """The content of `warm_start.json`: what a run needs of the members, whatever becomes of files."""
    data = [{"source": start.source, "genotype": start.genotype.to_json()} for start in starts]
    return json.dumps(data, indent=1) + "\n"


def read_starts(path: Path) -> list[Start]:
    """Read what `starts_text` wrote.

    Raises:
        RunError: The file is gone or damaged.
    """
    try:
        data = cast("list[dict[str, Any]]", json.loads(path.read_text(encoding="utf-8")))
        return [Start(str(item["source"]), Genotype.from_json(item["genotype"])) for item in data]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{path}: is not the warm start of a run ({error!r}); restore it, or start a new run."
        ) from error
