"""Writes `docs/variation.md` from the operators themselves: python -m tests.variation_page."""

import inspect
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from nasvid.core.registry import Registry
from nasvid.search.crossover import CROSSOVERS, Crossover
from nasvid.search.mutation import MUTATIONS, Mutation

PATH = Path(__file__).parents[1] / "docs" / "variation.md"

HEAD = """\
# Variation

How a search makes a new member of a space from one or two that it has evaluated. This page is written from
the operators by `python -m tests.variation_page`.

```yaml
version: 1
name: variation
inputs:
  rgb: {frames: 8, size: 32}
network:
  nodes:
    stages: {repeat: {min: 2, max: 4}, per_copy: true, each: {block: conv3d, out: {choice: [16, 32]}, kernel: {choice: [1, 3]}}}
  head: {classes: 10}
budget: {macs: 300M}
search:
  mutations: {resample_decision: 1.0, change_kernel: 0.5, insert_block: 0.5, scale_to_budget: {weight: 0.1, margin: 0.05}}
  mutation_count: [3, 1]        # three changes for a child at the beginning, one at the end
  crossover_share: 0.2          # two children in ten have two parents
  crossovers: {uniform: {weight: 1.0, swap: 0.3}, by_stage: 1.0}
```

`mutations` and `crossovers` name operators with their weights, or with `weight` (1 by default) and options. An
operator is drawn in proportion to its weight; what is not named is not used. Without the setting the default
mix is: every operator with its default weight below. Those that no member of the space could be changed by are
left out from the beginning, with a warning where they were named, and one that finds nothing to change in a parent
leaves the draw to the others, so the default mix suits any space. Operators of weight 0 are for those who weigh things themselves: each `change_*`
does a part of what `resample_decision` does, and `scale_to_budget`, for spaces of which few members are within
the budget, lowers a network for every step that it takes.

`mutation_count` gives the number of mutations that make one child, at the beginning of the search and at its
end; between them it changes in a straight line (Piergiovanni et al. 2019, EvaNet,
https://arxiv.org/abs/1811.10636, mutate strongly at first and little at last). 1.5 is one mutation or two,
each in half of the cases.

What holds for every operator:

- The child is a member of the space: what a change opens is drawn, what it closes is dropped, and under
  constraints as few other values as can be change with it.
- The child is another network than its parents, not only other values: an operator tries again until the
  canonical id differs. Where a model of the scores ranks many children for each job, only the most promising
  ones are looked at, and those that are known networks are passed over.
- The same parents and the same random numbers give the same child.

What a decision is about, such as a kernel or a width, is told by what its value sets in the end, whatever the
file calls it: names are followed through the parameters of blocks down to primitives. A number that is only a
factor of a width is about expansion; one whose parameter is called a ratio is about that.

A list of blocks is a repeat with `per_copy: true` or a level. Crossovers align decisions by their addresses, so
blocks of lists by their places. An edge to a node of a level that is not there counts as the edge that it
stands for.
"""


def page() -> str:
    """The text of the page."""
    return "\n".join([HEAD, *_table("Mutations", MUTATIONS), *_table("Crossovers", CROSSOVERS)])


def _table(title: str, registry: Registry[Mutation] | Registry[Crossover]) -> list[str]:
    lines = [
        f"## {title}",
        "",
        "| name | weight | does | options | source |",
        "|---|---|---|---|---|",
    ]
    for name in registry:
        cells = _row(name, registry[name])
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return [*lines, ""]


def _row(name: str, operator: type[Mutation] | type[Crossover]) -> list[str]:
    text = inspect.getdoc(operator) or ""
    does = _joined(text.partition("\nArgs:")[0])
    source = inspect.getdoc(sys.modules[operator.__module__]) or ""
    return [
        f"`{name}`",
        f"{operator.default_weight:g}",
        does,
        "; ".join(_options(operator, text)),
        _joined(source.partition("Source:")[2]).rstrip("."),
    ]


def _options(operator: type[Mutation] | type[Crossover], text: str) -> list[str]:
    if "__dataclass_fields__" not in vars(operator):
        return []
    told = dict(re.findall(r"^    (\w+): ((?:.|\n(?=        ))+)", text, re.MULTILINE))
    return [
        f"`{entry.name}: {entry.default}` {_joined(told[entry.name]).rstrip('.')}"
        for entry in fields(cast("Any", operator))
    ]


def _joined(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
