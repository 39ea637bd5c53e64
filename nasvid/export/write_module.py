"""From a graph to the source text of one file that needs torch alone."""

from collections.abc import Iterable, Iterator, Sequence

from nasvid.core.errors import ExportError
from nasvid.core.shapes import Shape
from nasvid.export.comments import one_line
from nasvid.export.copied import copy_source
from nasvid.export.identifiers import RESERVED, Names, class_name
from nasvid.export.imports import import_lines
from nasvid.export.patterns import ChainPattern, LayerPattern, Pattern
from nasvid.export.scope import ClassScope
from nasvid.export.unify import Definition, unify
from nasvid.export.write_class import class_lines
from nasvid.graph.ir import Graph

NETWORK = "Model"

_LOAD = '''\
def load(folder: str | Path = Path(__file__).parent) -> Model:
    """The network with the weights that lie in a folder, in evaluation mode."""
    # Imported here, so that the network itself needs torch alone.
    from safetensors.torch import load_file

    model = Model()
    model.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return model.eval()'''


def write_module(graph: Graph, notes: Iterable[str] = (), *, has_weights: bool = True) -> str:
    """Source text of a module that holds the network as the class `Model`, and `load`.

    The weights of `Model` have the names that they have in the network built from the graph, and
    both compute the same to the bit.

    Args:
        graph: The network.
        notes: Lines for a comment at the top: where the network comes from. Any text is safe.
        has_weights: Whether weights lie beside the file; without them there is no `load`.

    Raises:
        ExportError: A name of the graph cannot stand in Python source.
    """
    for entry in graph.inputs:
        if not (entry.name.isascii() and entry.name.isidentifier()):
            raise ExportError(
                f"input {entry.name!r}: the name of an input may have letters, digits and "
                "underscores. Rename it in the search space."
            )
    definitions = tuple(unify(graph))
    copied = copy_source(_own_layers(definitions))
    names = Names(RESERVED | set(copied.names))
    class_names = tuple(
        names.claim(class_name(definition.block)) if definition.block else NETWORK
        for definition in definitions
    )
    scopes = [
        ClassScope(definition, class_names, definitions, names.frozen())
        for definition in definitions
    ]
    classes = [
        "\n".join(class_lines(scope, name)) for scope, name in zip(scopes, class_names, strict=True)
    ]
    text = "\n\n\n".join([*copied.texts, *classes, *([_LOAD] if has_weights else [])])
    comment = [f"# {one_line(note)}".rstrip() for note in notes]
    head = [
        *_docstring(graph, definitions, has_weights=has_weights),
        "",
        *comment,
        *([""] if comment else []),
    ]
    imports = import_lines(text, copied.imports)
    return "\n".join([*head, *imports, "", "", text, ""])


def _docstring(graph: Graph, definitions: Sequence[Definition], *, has_weights: bool) -> list[str]:
    width = max(len(entry.name) for entry in graph.inputs)
    if len(graph.inputs) == 1:
        call = f"model({graph.inputs[0].name})"
    else:
        pairs = ", ".join(f'"{entry.name}": {entry.name}' for entry in graph.inputs)
        call = f"model({{{pairs}}})"
    inputs = [f"    {entry.name:<{width}}  {_batch(entry.shape)}" for entry in graph.inputs]
    lines = [
        '"""A video network in plain PyTorch, written by nasvid.',
        "",
        f"    from model import {'load' if has_weights else NETWORK}",
        "",
        "    model = load()  # with the weights of model.safetensors beside this file"
        if has_weights
        else f"    model = {NETWORK}()  # without trained weights",
        f"    logits = {call}",
        "",
        "Inputs; config.json says how to sample and normalise them:",
        *inputs,
        "",
        "Shapes in comments: B clips, C channels, T frames, H height, W width.",
    ]
    shapes = [shape for d in definitions for body in d.bodies for shape in body.shape_of.values()]
    if any(shape.is_tokens for shape in shapes):
        lines.append(
            "N are tokens, their channels last; B*8 is a batch with an axis of 8 folded in."
        )
    if any(len(definition.bodies) > 1 for definition in definitions):
        lines += [
            "In a class that serves several sizes a letter is the size that comes in; a prime marks",
            "one that the class has changed.",
        ]
    return [*lines, '"""']


def _batch(shape: Shape) -> str:
    return f"({', '.join(['B', *map(str, shape.tensor_sizes)])})"


def _own_layers(definitions: Iterable[Definition]) -> Iterator[type]:
    """Layers that torch does not have."""

    def walk(pattern: Pattern) -> Iterator[type]:
        if isinstance(pattern, ChainPattern):
            for item in pattern.items:
                yield from walk(item)
        elif isinstance(pattern, LayerPattern):
            yield pattern.factory

    for definition in definitions:
        for pattern in definition.patterns.values():
            for factory in walk(pattern):
                if factory.__module__.split(".")[0] != "torch":
                    yield factory
