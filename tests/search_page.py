"""Writes the table of settings in `docs/search.md` from the code: python -m tests.search_page."""

import inspect
import re
from pathlib import Path
from typing import Any

from nasvid.spec.models import SearchSection
from nasvid.spec.sections import Penalty, SearchSettings, SurrogateSettings

PATH = Path(__file__).parents[1] / "docs" / "search.md"
BEGIN, END = "<!-- settings: python -m tests.search_page -->\n", "<!-- end of settings -->\n"


def page(text: str) -> str:
    """The page with its table written anew."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{table()}{END}{tail}"


def table() -> str:
    """Every setting, its default, and what it is."""
    lines = ["| setting | default | |", "|---|---|---|"]
    told = _arguments(SearchSettings)
    defaults = SearchSection.model_validate({}).model_dump()
    for name in SearchSection.model_fields:
        if name == "surrogate":
            lines.append(f"| `{name}` | `true` | {told[name]} |")
            lines += _inner(name, SurrogateSettings, defaults[name])
        elif name == "penalties":
            lines.append(f"| `{name}` | `{{}}` | {told[name]} |")
            lines += _inner(f"{name}.COST", Penalty, {"exponent": -0.07, "rewards": False})
        else:
            lines.append(f"| `{name}` | `{_shown(defaults[name])}` | {told[name]} |")
    return "\n".join(lines) + "\n"


def _inner(prefix: str, kind: type, defaults: dict[str, Any]) -> list[str]:
    return [
        f"| `{prefix}.{name}` | {f'`{_shown(defaults[name])}`' if name in defaults else ''} | {text} |"
        for name, text in _arguments(kind).items()
    ]


def _arguments(kind: type) -> dict[str, str]:
    """Name to text of what the docstring tells."""
    _, _, listed = (inspect.getdoc(kind) or "").partition("Args:\n")
    found = re.findall(r"^    (\w+): (.*?)(?=^    \w+: |\Z)", listed, re.DOTALL | re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in found}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(f"{item:g}" for item in value) + "]"
    return str(value) if value != "" else "''"


if __name__ == "__main__":
    PATH.write_text(page(PATH.read_text(encoding="utf-8")), encoding="utf-8")
