"""What one kind of copy of a repeated node has besides what the node gives to all."""

from dataclasses import dataclass, field

from nasvid.spec.bindings import Bound
from nasvid.spec.syntax import ValueSpec, Variant

# Name of a parameter as written, the node or variant that gives it, and its value.
Given = list[tuple[str, str, ValueSpec]]


@dataclass(frozen=True)
class CopyKind:
    """What one kind of copy has besides what the node gives to all.

    Args:
        given: Arguments.
        owner: The variant of the file that gives another block.
        block: That block.
    """

    given: Given = field(default_factory=list[tuple[str, str, ValueSpec]])
    owner: Variant | None = None
    block: Bound | None = None

    def then(self, later: "CopyKind") -> "CopyKind":
        """Both; the later one wins."""
        changed = self if later.block is None else later
        return CopyKind(self.given + later.given, changed.owner, changed.block)
