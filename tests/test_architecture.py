"""Rules of the whole that no single layer can test; import contracts stand in pyproject.toml."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import nasvid.core
from nasvid.core.registry import Registry

ROOT = Path(nasvid.core.__file__).parents[1]

TORCH_FREE = ["core", "cost", "graph", "lowering", "search", "spec"]
BARE_HOST = ["cost", "evaluation", "graph", "modules", "training"]


def _files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _import_all(paths: list[Path], *, absent: tuple[str, ...] = ()) -> set[str]:
    """Top-level names that are loaded after an import of these files in a new interpreter."""
    assert paths, "no files to import"
    code = "\n".join(
        [
            "import importlib, sys",
            f"sys.modules.update(dict.fromkeys({absent!r}))",
            f"for name in {[_module_name(path) for path in paths]!r}:",
            "    importlib.import_module(name)",
            "print(*{name.partition('.')[0] for name, module in sys.modules.items() if module})",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT.parent
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def _imported_names(path: Path) -> set[str]:
    """Top-level names that a file imports, by statement or by `import_module` of a literal."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    return {name.partition(".")[0] for name in names}


def _registries() -> list[tuple[str, str, str]]:
    """Module and name of every registry that the code declares, and the folder that fills it."""
    found: list[tuple[str, str, str]] = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.Assign | ast.AnnAssign):
                continue
            if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "Registry":
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                package = ast.literal_eval(node.value.args[1])
                found.append((_module_name(path), ast.unparse(target), package))
    return found


@pytest.mark.parametrize("layer", TORCH_FREE)
def test_a_layer_that_is_not_about_tensors_loads_neither_torch_nor_ray(layer: str) -> None:
    assert not _import_all(_files(layer)) & {"torch", "ray"}


def test_the_package_itself_loads_no_engine() -> None:
    assert not _import_all([ROOT / "__init__.py"]) & {"torch", "ray", "pydantic", "av", "cv2"}


def test_search_is_a_function_whether_or_not_the_package_of_that_name_is_loaded() -> None:
    importlib.import_module("nasvid.search.controller")
    assert callable(importlib.import_module("nasvid").search)


@pytest.mark.slow  # imports torch in a new interpreter
def test_training_and_evaluation_do_not_load_ray() -> None:
    assert "ray" not in _import_all(_files("training", "evaluation"))


@pytest.mark.slow  # imports torch in a new interpreter
def test_a_graph_is_trained_where_only_torch_and_numpy_are_installed() -> None:
    absent = ("pydantic", "ray", "optuna", "av", "yaml", "typer", "rich", "sklearn", "cv2")
    loaded = _import_all(_files(*BARE_HOST), absent=absent)
    assert "torch" in loaded


def test_ray_is_imported_only_in_the_ray_files_of_execution() -> None:
    importers = {path for path in ROOT.rglob("*.py") if "ray" in _imported_names(path)}
    assert importers
    strays = {path for path in importers if not path.match("nasvid/execution/ray*.py")}
    assert not strays


def test_every_primitive_has_a_torch_twin_of_the_same_name() -> None:
    shapes = {path.stem for path in (ROOT / "graph/primitives").glob("*.py")}
    modules = {path.stem for path in (ROOT / "modules/primitives").glob("*.py")}
    assert "conv" in shapes
    assert shapes == modules


def test_every_kind_of_plugin_has_a_registry() -> None:
    names = {name for _, name, _ in _registries()}
    assert names >= {"PRIMITIVES", "MUTATIONS", "ALGORITHMS", "DATASETS"}


@pytest.mark.parametrize(("module", "name", "package"), _registries())
def test_every_plugin_file_registers_a_class_under_its_own_name(
    module: str, name: str, package: str
) -> None:
    registry: Registry[object] = getattr(importlib.import_module(module), name)
    folder = ROOT.parent / package.replace(".", "/")
    assert set(registry) == {path.stem for path in folder.glob("*.py")} - {"__init__"}
