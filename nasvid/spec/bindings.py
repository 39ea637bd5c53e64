"""What names stand for while blocks are walked: values together with the address of their choices."""

from collections.abc import Mapping
from dataclasses import dataclass

from nasvid.spec.decision import Condition
from nasvid.spec.expressions import Name
from nasvid.spec.syntax import BlockCall, Expression, NodeSpec, ValueSpec

Conditions = tuple[Condition, ...]
Scope = Mapping[str, "Bound"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A value where it stands.

    Args:
        value: The value.
        path: Address of the decisions inside it.
        conditions: When those are open.
        scope: What names mean there.
    """

    value: ValueSpec
    path: str
    conditions: Conditions
    scope: Scope

    def named(self) -> "Bound":
        """What is bound to `=NAME`, else this itself."""
        bound = self
        # Names stand for what is further out, so this ends.
        while isinstance(bound.value, Expression):
            tree = bound.value.tree
            found = bound.scope.get(tree.text) if isinstance(tree, Name) else None
            if found is None:
                return bound
            bound = found
        return bound

    def resolved(self) -> "Bound | None":
        """What is bound to `=NAME`, else this itself; None for other arithmetic."""
        found = self.named()
        return None if isinstance(found.value, Expression) else found

    def within(self, here: Conditions) -> Conditions:
        """What a condition on these decisions leaves out of those that hold here."""
        return () if here == self.conditions else here


@dataclass(frozen=True, slots=True)
class Alternative:
    """A block that a node may be.

    Args:
        call: The block with what it is called with.
        bound: Where the call stands.
        conditions: When it is taken.
    """

    call: BlockCall
    bound: Bound
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class Site:
    """Where a body is walked.

    Args:
        path: Address of the body; empty for the network.
        scope: What the names of its parameters and of named decisions stand for.
        conditions: When the body is there.
        depth: Blocks around it.
    """

    path: str
    scope: Scope
    conditions: Conditions = ()
    depth: int = 0

    def address(self, node: NodeSpec) -> str:
        """Address of a node of the body."""
        return self.below(node.name)

    def below(self, name: str) -> str:
        """Address of what has this name in the body."""
        return f"{self.path}.{name}" if self.path else name

    def bound(self, value: ValueSpec, path: str) -> Bound:
        """A value that stands at a node of the body."""
        return Bound(value, path, self.conditions, self.scope)
