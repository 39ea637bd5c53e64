"""Located YAML to repeats: how many copies, and what some of them have for themselves."""

import re

from nasvid.spec.parse_ranges import parse_range
from nasvid.spec.parse_values import parse_arguments, parse_value
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located, Table, plain, shown
from nasvid.spec.syntax import FIRST, LAST, Choice, Literal, Repeat, ValueSpec, Variant

RANGE_KEYS = frozenset(("min", "max", "step"))
REPEAT_KEYS = ("each", FIRST, LAST, "every", "per_copy")
MAX_COPIES = 1_000
# Combinations of variants are walked one by one.
MAX_VARIANTS = 6
_EVERY = re.compile(r"(\d{1,4})(?:\s*\+\s*(\d{1,4}))?")


def parse_repeat(table: Table, path: str, problems: Problems) -> Repeat | None:
    """Read `repeat:` of a node with what stands beside it."""
    located = table.get("repeat")
    if located is None:
        for key in REPEAT_KEYS:
            if table.get(key) is not None:
                message = f"{key!r} needs `repeat:`, the number of copies."
                problems.add(table.key_mark(key), path, message)
        return None
    per_copy = table.get("per_copy")
    if per_copy is not None and not isinstance(plain(per_copy), bool):
        message = f"per_copy: got {shown(per_copy)}; accepts true or false."
        problems.add(per_copy.mark, path, message)
    elif per_copy is not None and plain(per_copy) is True and table.get("share") is not None:
        message = "'per_copy' lets copies differ, 'share' makes them one; give one of the two."
        problems.add(table.key_mark("share"), path, message)
    # Where two hold, the later one wins.
    variants = _parse_every(table.get("every"), path, problems)
    for name in (LAST, FIRST):
        value = table.get(name)
        if value is not None:
            variants.append(_parse_variant(name, value, f"{path}.{name}", problems))
    return Repeat(
        located.mark,
        _parse_count(located, f"{path}.repeat", problems),
        per_copy is not None and plain(per_copy) is True,
        tuple(variants),
    )


def _parse_count(located: Located, path: str, problems: Problems) -> ValueSpec:
    if isinstance(located, Table) and not RANGE_KEYS.isdisjoint(located.keys):
        ranged = parse_range(located, path, problems)
        if ranged is None:
            return Literal(located.mark, 1)
        return _checked_count(ranged, path, problems)
    num_problems = len(problems.found)
    count = parse_value(located, path, problems)
    if len(problems.found) > num_problems:
        return Literal(located.mark, 1)
    return _checked_count(count, path, problems)


def _checked_count(count: ValueSpec, path: str, problems: Problems) -> ValueSpec:
    counts = [option for _, option in count.options] if isinstance(count, Choice) else [count]
    for value in counts:
        if isinstance(value, Literal) and not is_count(value.value):
            message = f"got {value.value!r} copies; accepts 0 to {MAX_COPIES}."
            problems.add(value.mark, path, message)
            return Literal(value.mark, 1)
    return count


def is_count(value: object) -> bool:
    """Whether a value can be a number of copies."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COPIES


def counts_of(value: ValueSpec) -> list[int] | None:
    """The numbers of copies that a value may be, where the file tells."""
    options = [option for _, option in value.options] if isinstance(value, Choice) else [value]
    found = [option.value for option in options if isinstance(option, Literal)]
    counts = [count for count in found if isinstance(count, int) and is_count(count)]
    return counts if len(counts) == len(options) else None


def _parse_every(located: Located | None, path: str, problems: Problems) -> list[Variant]:
    """Read `every: {2: {kernel: 3}}` (copies 0, 2, ...) or `{2+1: ...}` (copies 1, 3, ...)."""
    if located is None:
        return []
    if not isinstance(located, Table) or not located.entries:
        message = (
            f"got {shown(located)}; accepts arguments of every n-th copy, {{2: {{kernel: 3}}}}."
        )
        problems.add(located.mark, f"{path}.every", message)
        return []
    if len(located.entries) > MAX_VARIANTS:
        message = f"has {len(located.entries)} entries; at most {MAX_VARIANTS} are accepted."
        problems.add(located.mark, f"{path}.every", message)
        return []
    found: list[Variant] = []
    for key, mark, value in located.entries:
        match = _EVERY.fullmatch(key)
        step, start = (int(match[1]), int(match[2] or 0)) if match else (0, 0)
        if not start < step:
            message = (
                f"got {key!r}; accepts the distance of two such copies and, if it is not 0, the "
                "first of them: 2 for copies 0, 2, 4, ..., 2+1 for copies 1, 3, 5, ..."
            )
            problems.add(mark, f"{path}.every", message)
            continue
        name = f"every_{step}_from_{start}" if start else f"every_{step}"
        found.append(_parse_variant(name, value, f"{path}.every.{key}", problems, step, start))
    return found


def _parse_variant(
    name: str, value: Located, path: str, problems: Problems, step: int = 0, start: int = 0
) -> Variant:
    if not isinstance(value, Table):
        message = f"got {shown(value)}; accepts arguments, {{stride: 2}}."
        problems.add(value.mark, path, message)
        return Variant(name, (), None, step, start)
    located = value.get("block")
    block = None if located is None else parse_value(located, f"{path}.block", problems)
    arguments = parse_arguments(value, path, problems, skipped=("block",))
    return Variant(name, arguments, block, step, start)
