"""How decisions are called: names of nodes and parameters joined by dots, never list positions.

`stage2.op.block` is the block chosen at node `op` inside node `stage2`; what that block leaves open
stands below its name, as in `stage2.op.conv3d.kernel`.
"""

from nasvid.spec.source import Scalar


def argument_path(owner: str, name: str) -> str:
    """Of an argument, or of `block`, `from`, `repeat`, `merge`, `when`."""
    return f"{owner}.{name}"


def option_path(choice: str, label: Scalar) -> str:
    """Of what an option leaves open."""
    return f"{choice}.{label}"


def body_path(node: str, block: str, *, is_fixed: bool) -> str:
    """Of the inside of a block instance; its name counts where it could have been another."""
    return node if is_fixed else f"{node}.{block}"


def copy_path(node: str, copy: int) -> str:
    """Of one copy of a repeated node whose copies choose for themselves."""
    return f"{node}.{copy}"


def edge_path(node: str, ref: str) -> str:
    """Of what stands on an edge."""
    return f"{node}.from.{ref}"
