"""What nodes, blocks, parameters and decisions may be called."""

import re

from nasvid.core.errors import Mark
from nasvid.spec.problems import Problems

MAX_NODES = 2_000
MAX_NAME = 60
RESERVED_NAMES = ("in", "out", "i")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def is_name(text: str) -> bool:
    """Whether a text is letters, digits and underscores, a letter in front."""
    return _NAME.fullmatch(text) is not None and len(text) <= MAX_NAME


def check_name(
    name: str, mark: Mark, path: str, problems: Problems, *, allowed: tuple[str, ...] = ()
) -> None:
    """Note a name of another form, or one that the language uses unless it is allowed here."""
    if not is_name(name):
        shown = repr(name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}...")
        message = (
            f"got the name {shown}; a name is at most {MAX_NAME} letters, digits and underscores, "
            "a letter in front."
        )
        problems.add(mark, path, message)
    elif name in RESERVED_NAMES and name not in allowed:
        problems.add(mark, path, f"the name {name!r} is taken by the language; choose another.")
