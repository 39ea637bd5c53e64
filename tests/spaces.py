"""Spaces written as text, for tests of the language."""

from functools import cache
from pathlib import Path

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import FlatNode, Graph, flatten
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.spec.decisions import Genotype
from nasvid.spec.search_space import SearchSpace

FILE = "space.yaml"
_SHIPPED = Path(__file__).parents[1] / "search_spaces"


@cache
def _shipped_includes() -> dict[str, str]:
    """What shipped spaces include, by the path that they name."""
    found = sorted(_SHIPPED.glob("zoo/families/*.yaml"))
    return {path.relative_to(_SHIPPED).as_posix(): read(path) for path in found}


def load_text(text: str, **others: str) -> SearchSpace:
    """The space of a text; other files by their name without the ending.

    What shipped spaces include is there too.
    """
    texts = {f"{name}.yaml": other for name, other in others.items()}
    return load_space(FILE, {FILE: text, **_shipped_includes(), **texts})


def small(nodes: str = "", *, top: str = "", inputs: str = "rgb: {frames: 4, size: 8}") -> str:
    """A file with these nodes in front of a head, each on a line of its own."""
    lines = [line for line in nodes.strip("\n").splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    body = "\n".join(f"    {line[indent:]}" for line in lines) or "    stem: relu"
    return (
        f"version: 1\n{top.strip()}\ninputs: {{{inputs}}}\nclasses: 3\n"
        f"network:\n  nodes:\n{body}\n  head: {{classes: =classes}}\n"
    )


def problems_of(text: str, **others: str) -> list[str]:
    """What is wrong with a file, line by line as a user reads it."""
    try:
        load_text(text, **others)
    except SpaceError as error:
        return str(error).splitlines()
    return []


def genotype_of(space: SearchSpace, seed: int = 0, **chosen: object) -> Genotype:
    """A member with these choices; dots of addresses are double underscores."""
    values = {path.replace("__", "."): value for path, value in chosen.items()}
    return space.choose(values, {}).decisions.sample(keyed_rng("test", seed))


def graph_of(text: str, seed: int = 0, **chosen: object) -> Graph:
    """The graph of a member with these choices."""
    space = load_text(text)
    return lower(space, genotype_of(space, seed, **chosen)).graph


def flat(graph: Graph) -> dict[str, FlatNode]:
    """All primitives by their dotted names."""
    return {node.name: node for node in flatten(graph)[0]}


def shapes_of(graph: Graph) -> dict[str, str]:
    """The shape of every node of the network itself."""
    return {node.name: str(node.shapes[0][1]) for node in graph.nodes}


def ops_of(graph: Graph) -> list[str]:
    """Names of all primitives in order."""
    return [node.op.name() for node in flatten(graph)[0]]


def read(path: Path) -> str:
    """The text of a file."""
    return path.read_text("utf-8")


def only_problem(text: str, **others: str) -> str:
    """What is wrong with a file that has one mistake."""
    (problem,) = problems_of(text, **others)
    return problem
