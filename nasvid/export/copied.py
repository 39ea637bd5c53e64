"""The source of layers that torch does not have, cut out of the files in which they stand."""

import ast
import inspect
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from torch import nn

from nasvid.core.errors import ExportError


@dataclass(frozen=True, slots=True)
class Copy:
    """Definitions taken over word by word.

    Args:
        names: What they define.
        texts: Their sources.
        imports: Name to the import statement that binds it, for the imports that they rely on.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    imports: dict[str, str]


def copy_source(factories: Iterable[type[nn.Module]]) -> Copy:
    """The classes, with all that they use of their own files, in a fixed order.

    Raises:
        ExportError: A class relies on something else than torch and the standard library, or two
            files define different things under one name.
    """
    files: dict[str, set[str]] = {}
    for factory in factories:
        files.setdefault(factory.__module__, set()).add(factory.__name__)
    texts: dict[str, str] = {}
    imports: dict[str, str] = {}
    for file in sorted(files):
        source = _File(sys.modules[file])
        for name, text in source.definitions(files[file]).items():
            if texts.setdefault(name, text) != text:
                raise ExportError(
                    f"{file}: defines {name!r} otherwise than another layer of this network does; "
                    "give one of them another name."
                )
        imports |= source.imports_used
    return Copy(tuple(texts), tuple(texts.values()), imports)


class _File:
    """One source file, taken apart at its top level."""

    def __init__(self, module: ModuleType) -> None:
        self._name = module.__name__
        source = inspect.getsource(module)
        self._lines = source.splitlines()
        self._definitions: dict[str, ast.stmt] = {}
        self._imports: dict[str, tuple[str, str]] = {}
        self.imports_used: dict[str, str] = {}
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._add_import(statement)
            else:
                self._definitions |= dict.fromkeys(_defined(statement), statement)

    def definitions(self, wanted: set[str]) -> dict[str, str]:
        """Name to text of what is wanted and what that uses, in file order."""
        needed: set[str] = set()
        queue = sorted(wanted)
        while queue:
            name = queue.pop()
            if name in needed:
                continue
            if name in self._imports:
                self.imports_used[name] = self._import(name)
            elif name in self._definitions:
                needed.add(name)
                queue += sorted(
                    node.id
                    for node in ast.walk(self._definitions[name])
                    if isinstance(node, ast.Name)
                )
        return {
            name: self._text(statement)
            for name, statement in self._definitions.items()
            if name in needed
        }

    def _add_import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for alias in statement.names:
            renamed = f" as {alias.asname}" if alias.asname else ""
            if isinstance(statement, ast.ImportFrom):
                package = statement.module or ""
                line = f"from {package} import {alias.name}{renamed}"
            else:
                package = alias.name
                line = f"import {alias.name}{renamed}"
            bound = alias.asname or alias.name.split(".")[0]
            self._imports[bound] = (package, line)

    def _import(self, name: str) -> str:
        package, line = self._imports[name]
        root = package.split(".")[0]
        if root != "torch" and root not in sys.stdlib_module_names:
            raise ExportError(
                f"{self._name}: a layer of an export may use torch and the standard library "
                f"alone; got {line!r}."
            )
        return line

    def _text(self, statement: ast.stmt) -> str:
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(d.lineno for d in decorators)]) - 1
        while first > 0 and self._lines[first - 1].startswith("#"):
            first -= 1
        return "\n".join(self._lines[first : statement.end_lineno])


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return [statement.name]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]
