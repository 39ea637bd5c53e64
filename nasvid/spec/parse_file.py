"""A search space file, whole: open (`network:`) or built on another (`space:` and `choose:`)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.core.recipes import Recipe
from nasvid.core.registry import unknown_name
from nasvid.core.streams import CHANNELS_OF, MODALITIES
from nasvid.spec.check import check_network
from nasvid.spec.enumerate import enumerate_decisions
from nasvid.spec.models import BudgetSection, SearchSection, TrainingSection, read_section
from nasvid.spec.parse_blocks import parse_blocks
from nasvid.spec.parse_nodes import check_name, parse_node, parse_nodes
from nasvid.spec.parse_values import parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.sections import SearchSettings
from nasvid.spec.signatures import Catalogue, Signature, standard_blocks
from nasvid.spec.source import Leaf, Listing, Located, Table, file_text, plain, read_text, shown
from nasvid.spec.syntax import InputSpec, Literal, Network, NodeSpec
from nasvid.spec.wiring import wire

VERSION = 1
SHARED_KEYS = ("version", "name", "description", "classes", "budget", "search", "training")
OPEN_KEYS = (*SHARED_KEYS, "inputs", "decisions", "blocks", "network", "choose")
CLOSED_KEYS = (*SHARED_KEYS, "space", "choose")
INPUT_KEYS = ("modality", "channels", "frames", "frame_stride", "size", "mean", "std")
DEFAULT_CLASSES = 400  # Kinetics-400
DEFAULT_HEAD = "classifier"
MAX_FILES = 10
# RGB: the values of the field's Kinetics recipes. Flow: own choice; see `Stream` for the units.
DEFAULT_MEAN = {"rgb": (0.45, 0.45, 0.45), "flow": (0.0, 0.0)}
DEFAULT_STD = {"rgb": (0.225, 0.225, 0.225), "flow": (0.1, 0.1)}


@dataclass(frozen=True)
class Files:
    """Where the texts of files come from: the disk, or texts kept in a run.

    Args:
        kept: File name to text, in place of the disk.
    """

    kept: Mapping[str, str] | None = None

    def text(self, path: str, mark: Mark) -> str:
        """The text of a file.

        Raises:
            SpaceError: It cannot be read.
        """
        if self.kept is not None:
            if path not in self.kept:
                raise SpaceError([Problem(mark, "", f"builds on {path!r}, which is not kept.")])
            return self.kept[path]
        return file_text(path, mark)


def parse_file(
    path: str, primitives: Mapping[str, Signature], files: Files | None = None, depth: int = 0
) -> SearchSpace:
    """Read a search space file and those it builds on.

    Args:
        path: Of the file.
        primitives: What the graph layer offers.
        files: Where texts come from; the disk by default.
        depth: Files that build on this one.

    Raises:
        SpaceError: All problems of the file at once.
    """
    files = files or Files()
    text = files.text(path, Mark(path, 1, 1))
    table = read_text(text, path)
    problems = Problems()
    if not isinstance(table, Table):
        raise SpaceError([Problem(table.mark, "", "accepts a mapping that begins `version: 1`.")])
    _check_version(table, problems)
    if table.get("space") is not None:
        return _parse_closed(table, path, text, primitives, files, depth, problems)
    return _parse_open(table, path, text, primitives, problems)


def _check_version(table: Table, problems: Problems) -> None:
    version = table.get("version")
    if version is None:
        problems.add(table.mark, "version", f"is missing; the first line is `version: {VERSION}`.")
    elif plain(version) != VERSION or isinstance(plain(version), bool):
        message = f"got {shown(version)}; this nasvid reads version {VERSION}."
        problems.add(version.mark, "version", message)


def _parse_open(
    table: Table, path: str, text: str, primitives: Mapping[str, Signature], problems: Problems
) -> SearchSpace:
    problems.check_keys(table, "", OPEN_KEYS)
    inputs = _parse_inputs(table.get("inputs"), table.mark, problems)
    blocks = parse_blocks(table.get("blocks"), problems)
    catalogue = Catalogue(primitives, standard_blocks()).extended(blocks)
    nodes, output = _parse_network(table.get("network"), table.mark, inputs, problems)
    network = Network(
        inputs,
        _parse_decisions(table.get("decisions"), problems),
        blocks,
        nodes,
        output,
        _parse_classes(table, problems) or DEFAULT_CLASSES,
    )
    limits, search, training = _parse_sections(table, problems)
    check_network(network, catalogue, problems)
    problems.raise_any()
    decisions = enumerate_decisions(network, catalogue, problems)
    chosen, marks = _parse_choose(table.get("choose"), problems)
    problems.raise_any()
    space = SearchSpace(
        name=_text(table, "name", problems) or Path(path).stem,
        description=_text(table, "description", problems),
        file=path,
        network=network,
        catalogue=catalogue,
        decisions=decisions,
        limits=limits,
        search=SearchSettings(**search),
        training=Recipe(**training),
        texts={path: text},
    )
    return space.choose(chosen, marks) if chosen else space


def _parse_closed(
    table: Table,
    path: str,
    text: str,
    primitives: Mapping[str, Signature],
    files: Files,
    depth: int,
    problems: Problems,
) -> SearchSpace:
    problems.check_keys(table, "", CLOSED_KEYS)
    located = table.get("space")
    base = plain(located) if located else None
    if not isinstance(base, str) or Path(base).suffix not in (".yaml", ".yml") or "\0" in base:
        mark = located.mark if located else table.mark
        problems.add(mark, "space", f"got {base!r}; accepts the path of a .yaml file.")
        raise SpaceError(problems.found)
    if depth >= MAX_FILES:
        problems.add(table.mark, "space", f"files build on one another more than {MAX_FILES} deep.")
        raise SpaceError(problems.found)
    classes = _parse_classes(table, problems)
    limits, search, training = _parse_sections(table, problems)
    problems.raise_any()
    target = Path(path).parent / base
    below = parse_file(_normal(target), primitives, files, depth + 1)
    chosen, marks = _parse_choose(table.get("choose"), problems)
    problems.raise_any()
    space = below.with_classes(classes).choose(chosen, marks)
    return replace(
        space,
        name=_text(table, "name", problems) or Path(path).stem,
        description=_text(table, "description", problems) or below.description,
        file=path,
        limits=limits if table.get("budget") is not None else below.limits,
        search=replace(below.search, **_given(search, table.get("search"))),
        training=replace(below.training, **_given(training, table.get("training"))),
        texts={path: text, **below.texts},
    )


def _normal(path: Path) -> str:
    # Not `resolve`: messages and kept texts use the path as the user wrote it.
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        elif part != ".":
            parts.append(part)
    return str(Path(*parts)) if parts else "."


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


def _parse_classes(table: Table, problems: Problems) -> int | None:
    located = table.get("classes")
    if located is None:
        return None
    value = plain(located)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 10**6:
        problems.add(located.mark, "classes", f"got {shown(located)}; accepts a count of classes.")
        return None
    return value


def _parse_decisions(located: Located | None, problems: Problems) -> tuple[tuple[str, Any], ...]:
    if located is None:
        return ()
    if not isinstance(located, Table):
        message = f"got {shown(located)}; accepts {{width: {{choice: [32, 64]}}}}."
        problems.add(located.mark, "decisions", message)
        return ()
    for name, mark, _ in located.entries:
        check_name(name, mark, f"decisions.{name}", problems)
    return tuple(
        (name, parse_value(value, f"decisions.{name}", problems))
        for name, _, value in located.entries
    )


def _parse_inputs(
    located: Located | None, mark: Mark, problems: Problems
) -> tuple[InputSpec, ...]:
    if not isinstance(located, Table) or not located.entries:
        message = "needs at least one stream, such as {rgb: {frames: 16, frame_stride: 2, size: 112}}."
        problems.add(mark if located is None else located.mark, "inputs", message)
        return ()
    found: list[InputSpec] = []
    for name, name_mark, value in located.entries:
        path = f"inputs.{name}"
        check_name(name, name_mark, path, problems)
        if isinstance(value, Table):
            found.append(_parse_input(name, value, path, problems))
        else:
            problems.add(value.mark, path, f"got {shown(value)}; accepts {{modality, frames, size}}.")
    return tuple(found)


def _parse_input(name: str, table: Table, path: str, problems: Problems) -> InputSpec:
    problems.check_keys(table, path, INPUT_KEYS)
    located = table.get("modality")
    modality = name if located is None else plain(located)
    if modality not in MODALITIES:
        mark = table.key_mark("modality")
        problems.add(mark, f"{path}.modality", unknown_name("modality", str(modality), MODALITIES))
        modality = "rgb"
    channels = table.get("channels")
    if channels is not None and plain(channels) != CHANNELS_OF[modality]:
        message = f"got {shown(channels)}; {modality} has {CHANNELS_OF[modality]}."
        problems.add(channels.mark, f"{path}.channels", message)
    values = {
        key: _parse_positive(table, key, path, problems) for key in ("frames", "frame_stride", "size")
    }
    numbers = {
        key: _parse_numbers(table, key, modality, default[modality], path, problems)
        for key, default in (("mean", DEFAULT_MEAN), ("std", DEFAULT_STD))
    }
    return InputSpec(table.mark, name, modality, **values, **numbers)


def _parse_positive(table: Table, key: str, path: str, problems: Problems) -> Any:
    located = table.get(key)
    if located is None:
        if key != "frame_stride":
            problems.add(table.mark, f"{path}.{key}", "is missing; give a count or a choice of counts.")
        return Literal(table.mark, 1)
    value = parse_value(located, f"{path}.{key}", problems)
    if isinstance(value, Literal) and (
        not isinstance(value.value, int) or isinstance(value.value, bool) or value.value < 1
    ):
        problems.add(located.mark, f"{path}.{key}", f"got {shown(located)}; accepts a positive count.")
        return Literal(table.mark, 1)
    return value


def _parse_numbers(
    table: Table,
    key: str,
    modality: str,
    default: tuple[float, ...],
    path: str,
    problems: Problems,
) -> tuple[float, ...]:
    located = table.get(key)
    if located is None:
        return default
    value = plain(located)
    numbers = value if isinstance(located, Listing) else [value] * len(default)
    is_right = len(numbers) == len(default) and all(
        isinstance(n, int | float) and not isinstance(n, bool) and (key == "mean" or n > 0)
        for n in numbers
    )
    if not is_right:
        what = "numbers above 0" if key == "std" else "numbers"
        message = f"got {shown(located)}; accepts {len(default)} {what}, one per channel of {modality}."
        problems.add(located.mark, f"{path}.{key}", message)
        return default
    return tuple(float(n) for n in numbers)


def _parse_network(
    located: Located | None, mark: Mark, inputs: tuple[InputSpec, ...], problems: Problems
) -> tuple[tuple[NodeSpec, ...], str]:
    if not isinstance(located, Table):
        message = "is missing; give {nodes: {...}, head: {classes: =classes}}."
        problems.add(mark if located is None else located.mark, "network", message)
        return (), ""
    problems.check_keys(located, "network", ("nodes", "head", "output"))
    nodes: list[NodeSpec] = []
    body = located.get("nodes")
    if body is not None:
        nodes += parse_nodes(body, "network.nodes", problems)
    head = located.get("head")
    output = located.get("output")
    if isinstance(head, Table):
        nodes.append(_parse_head(head, problems))
    elif head is not None:
        problems.add(head.mark, "network.head", f"got {shown(head)}; accepts {{classes: =classes}}.")
    elif output is None:
        problems.add(located.mark, "network", "needs `head:` (a classifier) or `output: NODE`.")
    name = str(plain(output)) if output is not None else nodes[-1].name if nodes else ""
    if output is not None and name.split(".")[0] not in [node.name for node in nodes]:
        known = [node.name for node in nodes]
        problems.add(output.mark, "network.output", unknown_name("node", name, known))
    return wire(nodes, [i.name for i in inputs], "network", problems), name


def _parse_head(table: Table, problems: Problems) -> NodeSpec:
    if table.get("block") is None:
        block = ("block", table.mark, Leaf(table.mark, DEFAULT_HEAD))
        table = Table(table.mark, (block, *table.entries))
    return parse_node(table, "network.head", problems, name="head", mark=table.mark)
