"""How decisions are called: names of nodes and parameters joined by dots.

`stage2.op.block` is the block chosen at node `op` inside node `stage2`; what that block leaves open
stands below its name, as in `stage2.op.conv3d.kernel`. Nodes have names, never positions; only the
values of a list parameter are counted, as in `stem.kernel.0` for time.
"""

from nasvid.spec.decision import Scalar


def argument_path(owner: str, name: str) -> str:
    """Of an argument, or of `block`, `from`, `repeat`, `merge`, `when`."""
    return f"{owner}.{name}"


def option_path(choice: str, label: Scalar) -> str:
    """Of what an option leaves open."""
    return f"{choice}.{label}"


def item_path(items: str, position: int) -> str:
    """Of a value in a list."""
    return f"{items}.{position}"


def body_path(node: str, block: str, *, is_fixed: bool) -> str:
    """Of the inside of a block instance; its name counts where it could have been another."""
    return node if is_fixed else f"{node}.{block}"


def copy_path(node: str, copy: int) -> str:
    """Of one copy of a repeated node whose copies choose for themselves."""
    return f"{node}.{copy}"


def variant_path(node: str, variant: str) -> str:
    """Of what the `first` or `last` copy has for itself; all copies share it, as one alone uses it."""
    return f"{node}.{variant}"


def edge_path(node: str, ref: str) -> str:
    """Of what stands on an edge."""
    return f"{node}.from.{ref}"
