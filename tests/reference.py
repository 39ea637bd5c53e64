"""Writes `docs/reference.md` from the plug-ins themselves: python -m tests.reference."""

import inspect
from pathlib import Path
from typing import Any

from nasvid.graph.expander import MERGES
from nasvid.graph.parameters import Parameter, parameters_of
from nasvid.graph.primitive import PRIMITIVES
from nasvid.search.algorithm import ALGORITHMS
from nasvid.spec.constraint import CONSTRAINTS
from nasvid.spec.signatures import BLOCKS
from nasvid.spec.source import plain, read_text

PATH = Path(__file__).parents[1] / "docs" / "reference.md"


def reference() -> str:
    """The text of the page."""
    return "\n".join(
        [
            "# Reference",
            "",
            "Everything that a file can name, written from the code by `python -m tests.reference`.",
            "The first parameter takes the value of the short form, `{max_pool: 3}`.",
            "",
            *_table("Standard blocks", _blocks()),
            *_table("Primitives", [_row(name, PRIMITIVES[name]) for name in PRIMITIVES]),
            *_table("Merges", [_row(name, MERGES[name]) for name in MERGES]),
            *_table("Constraints", [(n, "", _first_line(CONSTRAINTS[n])) for n in CONSTRAINTS]),
            *_table("Search algorithms", [(n, "", _first_line(ALGORITHMS[n])) for n in ALGORITHMS]),
            "Mutations and crossovers are told of in [variation.md](variation.md).",
            "",
        ]
    )


def _table(title: str, rows: list[tuple[str, str, str]]) -> list[str]:
    lines = [f"## {title}", "", "| name | parameters | does |", "|---|---|---|"]
    return [*lines, *(f"| `{name}` | {params} | {does} |" for name, params, does in rows), ""]


def _row(name: str, plugin: type) -> tuple[str, str, str]:
    listed = ", ".join(_parameter(p) for p in parameters_of(plugin).values())
    return name, listed, _first_line(plugin)


def _parameter(parameter: Parameter) -> str:
    return f"`{parameter.name}`" + ("" if parameter.required else f" {_value(parameter.default)}")


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    words = {True: "true", False: "false", None: "null"}
    return words[value] if isinstance(value, bool) or value is None else str(value)


def _first_line(plugin: type) -> str:
    return (inspect.getdoc(plugin) or "").splitlines()[0].replace("|", "\\|")


def _blocks() -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for path in sorted(BLOCKS.glob("*.yaml")):
        data = plain(read_text(path.read_text(encoding="utf-8"), path.name))
        params = ", ".join(f"`{name}`" for name in data.get("params", {}))
        rows.append((path.stem, params, " ".join(str(data.get("description", "")).split())))
    return rows


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")
