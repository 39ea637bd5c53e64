"""Reading a search space with the primitives that the graph layer offers."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from nasvid.graph.expander import MERGES
from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import PRIMITIVES
from nasvid.spec.parse_file import Files, parse_file
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.signatures import Catalogue, Signature, standard_blocks


@cache
def primitive_signatures() -> Mapping[str, Signature]:
    """Name to signature of every primitive."""
    return {name: _signature(PRIMITIVES[name]) for name in PRIMITIVES}


@cache
def merge_signatures() -> Mapping[str, Signature]:
    """Name to signature of every merge."""
    return {
        name: replace(_signature(MERGES[name]), is_gated=MERGES[name].is_gated) for name in MERGES
    }


def _signature(plugin: type) -> Signature:
    parameters = parameters_of(plugin)
    required = frozenset(p.name for p in parameters.values() if p.required)
    return Signature(tuple(parameters), required)


@cache
def standard_catalogue() -> Catalogue:
    """What every file may name: primitives, merges and standard blocks."""
    return Catalogue(primitive_signatures(), merge_signatures(), standard_blocks())


def load_space(path: str, kept: Mapping[str, str] | None = None) -> SearchSpace:
    """Read a search space file.

    Args:
        path: Of the file.
        kept: Texts to read in place of the disk, by file name; see `SearchSpace.texts`.

    Raises:
        SpaceError: All problems of the file at once.
    """
    return parse_file(path, standard_catalogue(), Files(kept))
