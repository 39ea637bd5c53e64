"""A search space file, whole: open (`network:`) or built on another (`space:` and `choose:`)."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nasvid.core.errors import Mark, SpaceError
from nasvid.core.recipes import Recipe
from nasvid.spec.check import GLOBAL_NAMES, check_network
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.enumerate import enumerate_decisions
from nasvid.spec.fixed_gates import with_gates
from nasvid.spec.includes import Files, normal, read_includes
from nasvid.spec.models import BudgetSection, SearchSection, TrainingSection
from nasvid.spec.names import check_name
from nasvid.spec.parse_blocks import parse_blocks
from nasvid.spec.parse_constraints import check_feasible, level_totals, parse_constraints
from nasvid.spec.parse_gates import parse_gates
from nasvid.spec.parse_network import parse_inputs, parse_network
from nasvid.spec.parse_override import parse_classes, parse_override
from nasvid.spec.parse_published import parse_published
from nasvid.spec.parse_values import parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.read_section import read_section
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.sections import SearchSettings
from nasvid.spec.signatures import Catalogue
from nasvid.spec.source import Leaf, Located, Table, plain, read_text, shown
from nasvid.spec.syntax import BlockSpec, Network, ValueSpec

VERSION = 1
SHARED_KEYS = (
    "version",
    "name",
    "description",
    "classes",
    "budget",
    "search",
    "training",
    "override",
    "published",
)
OPEN_KEYS = (
    *SHARED_KEYS,
    "include",
    "inputs",
    "decisions",
    "constraints",
    "blocks",
    "network",
    "choose",
    "gates",
)
CLOSED_KEYS = (*SHARED_KEYS, "space", "choose", "gates")
DEFAULT_CLASSES = 400  # Kinetics-400
MAX_FILES = 10


@dataclass(frozen=True)
class _File:
    """A file that is being read.

    Args:
        path: As the user wrote it.
        text: Its content.
        table: The same, located.
        depth: Files that build on this one.
    """

    path: str
    text: str
    table: Table
    depth: int


def parse_file(path: str, catalogue: Catalogue, files: Files | None = None) -> SearchSpace:
    """Read a search space file and those it builds on.

    Args:
        path: Of the file.
        catalogue: Primitives, merges and standard blocks.
        files: Where texts come from; the disk by default.

    Raises:
        SpaceError: All problems of the file at once.
    """
    return _parse(path, catalogue, files or Files(), Mark(path, 1, 1), 0)


def _parse(path: str, catalogue: Catalogue, files: Files, mark: Mark, depth: int) -> SearchSpace:
    text = files.text(path, mark)
    table = read_text(text, path)
    if not isinstance(table, Table):
        raise SpaceError.at(table.mark, "", "accepts a mapping that begins `version: 1`.")
    problems = Problems()
    _check_version(table, problems)
    file = _File(path, text, table, depth)
    if table.get("space") is not None:
        return _parse_closed(file, catalogue, files, problems)
    return _parse_open(file, catalogue, files, problems)


def _check_version(table: Table, problems: Problems) -> None:
    version = table.get("version")
    if version is None:
        problems.add(table.mark, "version", f"is missing; the first line is `version: {VERSION}`.")
    elif plain(version) != VERSION or not _is_integer(plain(version)):
        message = f"got {shown(version)}; this nasvid reads version {VERSION}."
        problems.add(version.mark, "version", message)


def _parse_open(file: _File, catalogue: Catalogue, files: Files, problems: Problems) -> SearchSpace:
    table = file.table
    problems.check_keys(table, "", OPEN_KEYS)
    included = read_includes(file.path, table, files, problems)
    own_blocks = included.joined("blocks", table.get("blocks"), problems)
    inputs = parse_inputs(table.get("inputs"), table.mark, problems)
    blocks = parse_blocks(own_blocks, problems)
    _check_block_names(own_blocks, blocks, catalogue, problems)
    override = parse_override(table.get("override"), problems)
    standard, catalogue = catalogue, catalogue.extended(blocks)
    nodes, outputs = parse_network(table.get("network"), table.mark, inputs, problems)
    network = Network(
        inputs,
        _parse_decisions(included.joined("decisions", table.get("decisions"), problems), problems),
        blocks,
        nodes,
        outputs,
        parse_classes(table.get("classes"), "classes", problems) or DEFAULT_CLASSES,
    )
    limits, search, training = _parse_sections(table, problems)
    published = parse_published(table.get("published"), problems)
    name = _text(table, "name", problems) or Path(file.path).stem
    description = _text(table, "description", problems)
    chosen, marks = _parse_choose(table.get("choose"), problems)
    gates = parse_gates(table.get("gates"), problems)
    check_network(network, catalogue, problems)
    problems.raise_any()
    decisions = enumerate_decisions(network, catalogue, problems)
    problems.raise_any()
    reading = Reading(decisions.by_path, dict(network.decisions), problems)
    constraints = parse_constraints(table.get("constraints"), reading)
    constraints += tuple(level_totals(nodes, reading))
    decisions = DecisionTable(decisions, constraints)
    if not problems.found:
        check_feasible(decisions, problems)
    problems.raise_any()
    space = SearchSpace(
        name=name,
        description=description,
        file=file.path,
        network=network,
        catalogue=catalogue,
        decisions=decisions,
        limits=limits,
        search=SearchSettings.from_json(search),
        training=Recipe(**training),
        texts={file.path: file.text},
        included=included.texts,
        standard=standard,
        published=published,
    )
    space = space.with_override(override.sizes).with_classes(override.classes)
    return with_gates(space.choose(chosen, marks) if chosen else space, gates)


def _parse_closed(
    file: _File, catalogue: Catalogue, files: Files, problems: Problems
) -> SearchSpace:
    table = file.table
    problems.check_keys(table, "", CLOSED_KEYS)
    base, mark = _parse_base(file, problems)
    classes = parse_classes(table.get("classes"), "classes", problems)
    limits, search, training = _parse_sections(table, problems)
    published = parse_published(table.get("published"), problems)
    name = _text(table, "name", problems) or Path(file.path).stem
    description = _text(table, "description", problems)
    chosen, marks = _parse_choose(table.get("choose"), problems)
    gates = parse_gates(table.get("gates"), problems)
    problems.raise_any()
    override = parse_override(table.get("override"), problems)
    problems.raise_any()
    below = _parse(base, catalogue, files, mark, file.depth + 1)
    space = below.with_override(override.sizes).with_classes(override.classes or classes)
    space = with_gates(space.choose(chosen, marks), gates)
    return replace(
        space,
        name=name,
        description=description or below.description,
        file=file.path,
        limits=below.limits if table.get("budget") is None else limits,
        has_own_budget=table.get("budget") is not None,
        search=SearchSettings.from_json(
            below.search.to_json() | _given(search, table.get("search"))
        ),
        training=replace(below.training, **_given(training, table.get("training"))),
        texts={file.path: file.text, **below.texts},
        published=published,
    )


def _parse_base(file: _File, problems: Problems) -> tuple[str, Mark]:
    """Path of the file that this one builds on, and where it is named."""
    located = file.table.get("space")
    mark = file.table.mark if located is None else located.mark
    base = None if located is None else plain(located)
    if not isinstance(base, str) or Path(base).suffix not in (".yaml", ".yml") or "\0" in base:
        problems.add(mark, "space", f"got {base!r}; accepts the path of a .yaml file.")
        problems.raise_any()
    if file.depth >= MAX_FILES:
        message = f"files build on one another more than {MAX_FILES} deep, or in a circle."
        problems.add(mark, "space", message)
        problems.raise_any()
    return normal(Path(file.path).parent / str(base)), mark


def _check_block_names(
    located: Located | None,
    blocks: tuple[BlockSpec, ...],
    catalogue: Catalogue,
    problems: Problems,
) -> None:
    for block in blocks:
        if block.name in catalogue.primitives and isinstance(located, Table):
            message = (
                f"{block.name!r} is a primitive, which standard blocks are made of; choose another "
                "name."
            )
            problems.add(located.key_mark(block.name), f"blocks.{block.name}", message)


def _given(values: dict[str, Any], located: Located | None) -> dict[str, Any]:
    keys = located.keys if isinstance(located, Table) else ()
    return {key: value for key, value in values.items() if key in keys}


def _parse_choose(
    located: Located | None, problems: Problems
) -> tuple[dict[str, Any], dict[str, Mark]]:
    if located is None:
        return {}, {}
    if not isinstance(located, Table):
        problems.add(located.mark, "choose", f"got {shown(located)}; accepts {{path: value}}.")
        return {}, {}
    chosen = {name: plain(value) for name, _, value in located.entries}
    return chosen, {name: mark for name, mark, _ in located.entries}


def _parse_sections(
    table: Table, problems: Problems
) -> tuple[dict[str, int], dict[str, Any], dict[str, Any]]:
    budget = read_section(BudgetSection, table.get("budget"), "budget", problems)
    search = read_section(SearchSection, table.get("search"), "search", problems)
    training = read_section(TrainingSection, table.get("training"), "training", problems)
    limits = {name: limit for name, limit in budget.model_dump().items() if limit is not None}
    return limits, search.model_dump(), training.model_dump()


def _text(table: Table, key: str, problems: Problems) -> str:
    located = table.get(key)
    if located is None:
        return ""
    if not isinstance(located, Leaf) or located.value is None:
        problems.add(located.mark, key, f"got {shown(located)}; accepts a text.")
        return ""
    return str(located.value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _parse_decisions(
    located: Located | None, problems: Problems
) -> tuple[tuple[str, ValueSpec], ...]:
    if located is None:
        return ()
    if not isinstance(located, Table):
        message = f"got {shown(located)}; accepts {{width: {{choice: [32, 64]}}}}."
        problems.add(located.mark, "decisions", message)
        return ()
    for name, mark, _ in located.entries:
        check_name(name, mark, f"decisions.{name}", problems)
        if name in GLOBAL_NAMES:
            message = f"the name {name!r} is taken by the language; choose another."
            problems.add(mark, f"decisions.{name}", message)
    return tuple(
        (name, parse_value(value, f"decisions.{name}", problems))
        for name, _, value in located.entries
    )
