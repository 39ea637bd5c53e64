"""What the nodes of a space are, in few words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

from nasvid.graph.expander import MERGES
from nasvid.graph.primitive import PRIMITIVES
from nasvid.report.drawing.members import Members, Seen
from nasvid.report.drawing.model import GateValue
from nasvid.report.drawing.wording import one_line, range_text
from nasvid.report.wording import value_text
from nasvid.spec.addresses import argument_path
from nasvid.spec.decision import Decision
from nasvid.spec.expressions import Name
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import (
    BlockCall,
    BlockSpec,
    Choice,
    Edge,
    Expression,
    Literal,
    Member,
    NodeSpec,
    Source,
    ValueSpec,
)

MAX_TEXT = 40
# Options that are told where they are used, though the decision stands elsewhere.
MAX_NAMED = 100


@dataclass(frozen=True, slots=True)
class Site:
    """Where nodes stand.

    Args:
        path: Of the opened block; empty for the network.
        given: What the names of its parameters stand for.
        depth: Blocks around them.
    """

    path: str = ""
    given: Mapping[str, ValueSpec] = field(default_factory=dict[str, ValueSpec])
    depth: int = 0

    def below(self, name: str) -> str:
        """Address of what has this name here."""
        return f"{self.path}.{name}" if self.path else name

    def resolved(self, value: ValueSpec) -> ValueSpec:
        """What `=NAME` stands for, else the value itself."""
        if isinstance(value, Expression) and isinstance(value.tree, Name):
            return self.given.get(value.tree.text, value)
        return value


class SpecWords:
    """Tells of nodes.

    Args:
        space: The space.
        members: What some members of it look like.
    """

    def __init__(self, space: SearchSpace, members: Members) -> None:
        self.blocks: Mapping[str, BlockSpec] = space.catalogue.blocks
        self._named = dict(space.network.decisions)
        self._table = space.decisions.by_path
        self._seen = members.seen
        self._inputs = {spec.name for spec in space.network.inputs}

    def decision(self, owner: str, name: str) -> Decision | None:
        """What is chosen at an argument, if it is."""
        return self._table.get(argument_path(owner, name))

    def seen(self, node: NodeSpec, path: str) -> Seen:
        """What a node is like; the nodes of a level together."""
        if node.member is None:
            return self._seen.get(path, Seen())
        whole = Seen()
        for name, seen in self._seen.items():
            stem, _, number = name.rpartition("_")
            if stem == path and number.isdecimal():
                whole.shapes += seen.shapes
                whole.steps += seen.steps
        return whole

    def is_absent(self, node: NodeSpec, address: str) -> bool:
        """Whether what is chosen leaves a node out of every member."""
        if node.member is not None:
            counts = self._counts(node.member.count, address.rpartition(".")[0], node.member.level)
            return bool(counts) and node.member.index >= max(counts)
        when = self.decision(address, "when")
        if when is not None:
            return not any(when.options)
        return isinstance(node.when, Literal) and not node.when.value

    def kind(self, node: NodeSpec, address: str, site: Site) -> tuple[str, OneOf["block", "layer"]]:
        """What a node is, and whether that is a block or a layer."""
        value, at = site.resolved(node.block), argument_path(address, "block")
        name = (
            value.tree.text
            if isinstance(value, Expression) and isinstance(value.tree, Name)
            else ""
        )
        if name in self._named:
            value, at = self._named[name], name
        text = self._text(value, at)
        if at in self._named and isinstance(value, Choice):
            # Other nodes may use the decision too, so it is told by name.
            text = f"{name}: {self._text(value, at, MAX_NAMED)}"
        is_block = text in self.blocks or isinstance(value, Choice)
        return text, "block" if is_block else "layer"

    def join(self, source: Source, address: str, kind: str) -> str:
        """How several inputs become one; empty where a node takes them as they are."""
        if len(source.edges) < 2 or source.kind == "one":
            return ""
        if source.kind == "some" and source.most == 1:
            return ""
        if source.merge is not None:
            merge, name = self._named_value(source.merge)
            at = name or argument_path(address, "merge")
            return self._text(merge, at, MAX_NAMED if name else MAX_TEXT)
        if kind in self.blocks:
            is_single = len(self.blocks[kind].inputs) == 1
        else:
            is_single = kind not in PRIMITIVES or PRIMITIVES[kind].operands[1] == 1
        return "add" if is_single else ""

    def _named_value(self, value: ValueSpec) -> tuple[ValueSpec, str]:
        """What a named decision stands for, and its name; else the value itself."""
        if isinstance(value, Expression) and isinstance(value.tree, Name):
            name = value.tree.text
            if name in self._named:
                return self._named[name], name
        return value, ""

    def _text(self, value: ValueSpec, address: str, room: int = MAX_TEXT) -> str:
        if isinstance(value, Literal):
            return one_line(value_text(value.value))
        if isinstance(value, BlockCall):
            return value.block
        if isinstance(value, Expression):
            text = one_line(value.text)
            return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
        # Copies that choose for themselves have decisions of their own.
        decision = self._table.get(address)
        labels = tuple(label for label, _ in value.options) if isinstance(value, Choice) else ()
        options = labels if decision is None else decision.options
        texts = [one_line(value_text(option)) for option in options]
        listed = " or ".join(texts)
        return listed if texts and len(listed) <= room else f"one of {len(texts)} blocks"

    def gate(self, source: Source, edge: Edge) -> GateValue:
        """The gate of an edge, where that is known."""
        if not all(name in MERGES and MERGES[name].is_gated for name in self._merges(source)):
            return None
        gate = Literal(edge.mark, None) if edge.gate is None else edge.gate
        if not isinstance(gate, Literal):
            return None
        return "learned" if gate.value is None else float(str(gate.value))

    def _merges(self, source: Source) -> list[str]:
        """Names of the merges that a source may have."""
        if source.merge is None:
            return [""]
        merge, _ = self._named_value(source.merge)
        if isinstance(merge, BlockCall):
            return [merge.block]
        if isinstance(merge, Choice):
            return [label if isinstance(label, str) else "" for label, _ in merge.options]
        return [str(merge.value) if isinstance(merge, Literal) else ""]

    def is_stem(self, node: NodeSpec) -> bool:
        """Whether a node of a level begins a stream: it reads inputs alone."""
        edges = () if node.source is None else node.source.edges
        return bool(edges) and all(edge.ref in self._inputs for edge in edges)

    def least(self, member: Member, address: str) -> int:
        """How many nodes a level has at least."""
        counts = self._counts(member.count, address.rpartition(".")[0], member.level)
        return min(counts, default=0)

    def count(self, node: NodeSpec, path: str) -> str:
        """How many copies there are, one behind the other or side by side; empty for one."""
        counts: list[int] = []
        if node.member is not None:
            counts = self._counts(node.member.count, path.rpartition(".")[0], node.member.level)
        elif node.repeat is not None:
            counts = self._counts(node.repeat.count, "", path)
            counts = counts or self._seen.get(path, Seen()).copies
        return range_text(counts) if counts and max(counts) > 1 else ""

    def _counts(self, value: ValueSpec, prefix: str, name: str) -> list[int]:
        """The numbers of copies that a file names."""
        if isinstance(value, Literal):
            return [value.value] if isinstance(value.value, int) else []
        decision = self.decision(f"{prefix}.{name}" if prefix else name, "repeat")
        options = () if decision is None else decision.options
        return [option for option in options if isinstance(option, int)]

    def notes(self, node: NodeSpec, address: str) -> list[str]:
        """What else there is to tell."""
        found = ["nodes side by side"] if node.member is not None else []
        if isinstance(node.when, Expression) and self.decision(address, "when") is None:
            found.append(f"when {one_line(node.when.text)}")
        for edge in () if node.source is None else node.source.edges:
            found += [f"{self._text(step.block, '')} from {edge.ref}" for step in edge.steps]
        if node.share:
            found.append(f"weights shared as {one_line(node.share)}")
        return found
