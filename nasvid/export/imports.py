"""The import lines of a generated file: what is used, sorted, one line a package."""

import ast
from collections.abc import Iterable, Mapping

# What generated text may use without more ado.
USUAL = {
    "F": "import torch.nn.functional as F",
    "Path": "from pathlib import Path",
    "Tensor": "from torch import Tensor",
    "nn": "from torch import nn",
    "torch": "import torch",
}


def import_lines(text: str, copied: Mapping[str, str]) -> list[str]:
    """The imports that the text needs.

    Args:
        text: A source file without imports.
        copied: Name to import statement, for names that copied source relies on.

    Example:
        >>> import_lines("x: Tensor = nn.ReLU()", {})
        ['from torch import Tensor, nn']
    """
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    known = USUAL | dict(copied)
    statements = [known[name] for name in sorted(used & set(known))]
    ours = [line for line in statements if line.split()[1].split(".")[0] == "torch"]
    theirs = [line for line in statements if line not in ours]
    groups = [_merged(group) for group in (theirs, ours) if group]
    return [line for group in groups for line in ("", *group)][1:]


def _merged(statements: Iterable[str]) -> list[str]:
    plain: list[str] = []
    names: dict[str, list[str]] = {}
    for statement in dict.fromkeys(statements):
        if statement.startswith("import "):
            plain.append(statement)
        else:
            package, _, name = statement.removeprefix("from ").partition(" import ")
            names.setdefault(package, []).append(name)
    merged = [
        f"from {package} import {', '.join(sorted(names[package]))}" for package in sorted(names)
    ]
    return [*sorted(plain), *merged]
