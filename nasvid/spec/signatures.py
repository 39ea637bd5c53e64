"""What can stand in the place of a block: primitives and blocks, with their parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nasvid.core.errors import Mark
from nasvid.spec.parse_blocks import parse_block
from nasvid.spec.problems import Problems
from nasvid.spec.source import Table, file_text, plain, read_text
from nasvid.spec.syntax import BlockSpec

BLOCKS = Path(__file__).parents[1] / "blocks"


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters of a primitive, block or merge.

    Args:
        params: Names; the first one takes the value of `{NAME: value}`.
        required: Those without a default.
        is_gated: Whether it is a merge in which every edge has a gate.
    """

    params: tuple[str, ...]
    required: frozenset[str]
    is_gated: bool = False

    @property
    def primary(self) -> str | None:
        """The first parameter."""
        return self.params[0] if self.params else None


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything that a file may name as a block.

    Args:
        primitives: Name to signature; given by the caller, who knows the graph layer.
        merges: What several inputs may become one by, likewise.
        blocks: Name to block: the standard library and those of the file, which come first.
    """

    primitives: Mapping[str, Signature]
    merges: Mapping[str, Signature]
    blocks: Mapping[str, BlockSpec]

    def __contains__(self, name: object) -> bool:
        return name in self.blocks or name in self.primitives

    @property
    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted({*self.primitives, *self.blocks})

    def signature(self, name: str) -> Signature:
        """The signature of a block or primitive."""
        if name in self.blocks:
            block = self.blocks[name]
            required = frozenset(p.name for p in block.params if p.default is None)
            return Signature(tuple(p.name for p in block.params), required)
        # A merge with parameters is written like a block, and is none.
        return self.primitives[name] if name in self.primitives else self.merges[name]

    def extended(self, blocks: Iterable[BlockSpec]) -> "Catalogue":
        """With the blocks of a file in front."""
        own = {block.name: block for block in blocks}
        return Catalogue(self.primitives, self.merges, {**self.blocks, **own})


@cache
def standard_blocks() -> Mapping[str, BlockSpec]:
    """The blocks that come with nasvid, one YAML file each.

    Raises:
        SpaceError: A shipped file is wrong.
    """
    problems = Problems()
    found: dict[str, BlockSpec] = {}
    for path in sorted(BLOCKS.glob("*.yaml")):
        display = f"nasvid/blocks/{path.name}"
        table = read_text(file_text(str(path), Mark(display, 1, 1)), display)
        if not isinstance(table, Table) or plain(table).get("version") != 1:
            problems.add(table.mark, "version", "a block file begins with `version: 1`.")
            continue
        entries = tuple(entry for entry in table.entries if entry[0] != "version")
        found[path.stem] = parse_block(path.stem, Table(table.mark, entries), path.stem, problems)
    problems.raise_any()
    return found
