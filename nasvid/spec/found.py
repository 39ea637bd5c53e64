"""The decisions that a walk has found, made ready for a table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nasvid.spec.decision import Decision, paths_in
from nasvid.spec.element import Element


def in_elements(
    found: Mapping[str, Decision], elements: Mapping[str, Element]
) -> dict[str, Decision]:
    """The decisions with the blocks of lists that they stand in, both by address."""
    placed: dict[str, Decision] = {}
    for path, decision in found.items():
        parts = path.split(".") if elements else ()
        heads = (".".join(parts[:number]) for number in range(1, len(parts)))
        within = tuple(elements[head] for head in heads if head in elements)
        placed[path] = replace(decision, elements=within) if within else decision
    return placed


def parents_first(found: Mapping[str, Decision]) -> Iterator[Decision]:
    """The decisions in the order of their finding, but for those that hang on one found later."""
    placed: set[str] = set()
    for first in found:
        waiting = [first]
        while waiting:
            path = waiting[-1]
            above = [p for p in paths_in(found[path].conditions) if p not in placed]
            # A path that waits already cannot come first.
            above = [p for p in above if p not in waiting]
            if above:
                waiting += above[::-1]
                continue
            waiting.pop()
            if path not in placed:
                placed.add(path)
                yield found[path]
