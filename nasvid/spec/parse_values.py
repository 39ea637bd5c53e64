"""Located YAML to values of the language: literals, arithmetic, lists, choices, block calls."""

from collections.abc import Collection
from itertools import pairwise

from nasvid.spec.decision import Scalar
from nasvid.spec.expressions import ExpressionError, parse_expression
from nasvid.spec.parse_ranges import MAX_OPTIONS, parse_float, parse_range
from nasvid.spec.problems import Problems, is_tail
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import (
    PRIMARY,
    Arguments,
    BlockCall,
    Choice,
    Expression,
    Items,
    Literal,
    Subset,
    ValueSpec,
)

MAX_LABEL = 60
CHOICE_KEYS = ("choice", "integer", "float", "subset")


def parse_value(located: Located, path: str, problems: Problems) -> ValueSpec:
    """Read a value; what is wrong is noted and stands as null."""
    if isinstance(located, Leaf):
        return parse_scalar(located, path, problems)
    if isinstance(located, Listing):
        items = (
            parse_value(item, f"{path}[{k}]", problems) for k, item in enumerate(located.items)
        )
        return Items(located.mark, tuple(items))
    if is_choice(located):
        return _parse_choice(located, path, problems)
    return parse_call(located, path, problems)


def parse_scalar(leaf: Leaf, path: str, problems: Problems) -> Literal | Expression:
    """Read a literal, or arithmetic where the text begins with `=`."""
    text = leaf.value
    if not isinstance(text, str) or not text.startswith("="):
        return Literal(leaf.mark, text)
    try:
        return Expression(leaf.mark, text, parse_expression(text[1:]))
    except ExpressionError as error:
        problems.add(leaf.mark, path, str(error))
        return Literal(leaf.mark, None)


def is_choice(located: Located) -> bool:
    """Whether this is `{choice: ...}`, `{integer: ...}`, `{float: ...}` or `{subset: ...}`."""
    return isinstance(located, Table) and any(key in CHOICE_KEYS for key in located.keys)


def parse_call(table: Table, path: str, problems: Problems) -> ValueSpec:
    """Read `{NAME: arguments}` or `{block: NAME, ...}` as a block with bound arguments."""
    block = table.get("block")
    if block is not None:
        if not isinstance(block, Leaf) or not isinstance(block.value, str):
            problems.add(block.mark, path, f"got the block {shown(block)}; accepts a name.")
            return Literal(table.mark, None)
        arguments = parse_arguments(table, path, problems, skipped=("block",))
        return BlockCall(table.mark, block.value, arguments)
    if len(table.entries) != 1:
        problems.add(
            table.mark,
            path,
            f"got {shown(table)}; accepts a plain value, an expression, {{choice: [...]}}, "
            "{integer: {min, max}}, or one block such as {conv3d: {kernel: 3}}.",
        )
        return Literal(table.mark, None)
    name, _, value = table.entries[0]
    return BlockCall(table.mark, name, parse_block_arguments(value, f"{path}.{name}", problems))


def parse_block_arguments(located: Located, path: str, problems: Problems) -> Arguments:
    """Read what stands behind a block's name: named arguments, the primary one, or nothing."""
    if isinstance(located, Leaf) and located.value is None:
        return ()
    if isinstance(located, Table) and not is_choice(located):
        return parse_arguments(located, path, problems)
    return ((PRIMARY, parse_value(located, path, problems)),)


def parse_arguments(
    table: Table, path: str, problems: Problems, skipped: Collection[str] = ()
) -> Arguments:
    """Read named arguments; keys with another meaning are skipped."""
    return tuple(
        (name, parse_value(value, f"{path}.{name}", problems))
        for name, _, value in table.entries
        if name not in skipped and not is_tail(table, name)
    )


def _parse_choice(table: Table, path: str, problems: Problems) -> ValueSpec:
    if table.get("subset") is not None:
        return _parse_subset(table, path, problems)
    real = table.get("float")
    if real is not None:
        problems.check_keys(table, path, ("float",))
        return parse_float(real, path, problems) or Literal(table.mark, None)
    integer = table.get("integer")
    if integer is not None:
        problems.check_keys(table, path, ("integer",))
        if not isinstance(integer, Table):
            problems.add(integer.mark, path, f"got {shown(integer)}; accepts {{min: 2, max: 6}}.")
            return Literal(table.mark, None)
        return parse_range(integer, path, problems) or Literal(table.mark, None)
    problems.check_keys(table, path, ("choice", "ordered"))
    options = _parse_options(table, "choice", path, problems)
    ordered = table.get("ordered")
    if ordered is not None and not isinstance(plain(ordered), bool):
        problems.add(ordered.mark, path, f"ordered: got {shown(ordered)}; accepts true or false.")
    labels = [label for label, _ in options]
    is_ordered = _increases(labels) if ordered is None else plain(ordered) is True
    if not options:
        return Literal(table.mark, None)
    return Choice(table.mark, tuple(options), is_ordered)


def _parse_subset(table: Table, path: str, problems: Problems) -> ValueSpec:
    """Read `{subset: [a, b, c], min: 1, max: 2}`."""
    problems.check_keys(table, path, ("subset", "min", "max"))
    options = _parse_options(table, "subset", path, problems)
    bounds = {"min": 0, "max": len(options)}
    for key in bounds:
        located = table.get(key)
        value = None if located is None else plain(located)
        if isinstance(value, int) and not isinstance(value, bool):
            bounds[key] = value
        elif located is not None:
            problems.add(located.mark, f"{path}.{key}", f"got {shown(located)}; accepts a count.")
    least, most = bounds["min"], bounds["max"]
    if options and not 0 <= least <= most <= len(options):
        message = f"needs 0 <= min <= max <= {len(options)}; got min {least}, max {most}."
        problems.add(table.mark, path, message)
        return Literal(table.mark, None)
    return Subset(table.mark, tuple(options), least, most) if options else Literal(table.mark, None)


def _parse_options(
    table: Table, key: str, path: str, problems: Problems
) -> list[tuple[Scalar, ValueSpec]]:
    located = table.get(key)
    options: list[tuple[Scalar, ValueSpec]] = []
    if isinstance(located, Table):
        for name, _, value in located.entries:
            options.append((name, parse_value(value, f"{path}.{name}", problems)))
    elif isinstance(located, Listing):
        for position, item in enumerate(located.items, 1):
            spec = parse_value(item, f"{path}.option_{position}", problems)
            options.append((_label(spec, item, position), spec))
    if not options:
        mark = table.mark if located is None else located.mark
        problems.add(mark, path, f"{key} needs a list of options, such as [32, 64].")
    if len(options) > MAX_OPTIONS:
        problems.add(table.mark, path, f"has more than {MAX_OPTIONS} options.")
        return []
    problems.count_options(table.mark, path, len(options))
    _check_labels(options, path, problems)
    return options


def _check_labels(options: list[tuple[Scalar, ValueSpec]], path: str, problems: Problems) -> None:
    seen: set[Scalar] = set()
    for label, spec in options:
        # True == 1 and 1 == 1.0 in Python, and so they are in `seen`: such twins confuse people.
        if label in seen:
            problems.add(
                spec.mark,
                path,
                f"two options are called {label!r}; drop one, or give labels: "
                "{choice: {small: ..., large: ...}}.",
            )
        seen.add(label)


def _label(spec: ValueSpec, located: Located, position: int) -> Scalar:
    if isinstance(spec, Literal):
        return spec.value
    if isinstance(spec, BlockCall):
        return spec.block
    if isinstance(spec, Expression):
        return spec.text
    if isinstance(spec, Items) and all(isinstance(item, Literal) for item in spec.items):
        text = str(plain(located)).replace("'", "")
        return text if len(text) <= MAX_LABEL else f"option_{position}"
    return f"option_{position}"


def _increases(labels: list[Scalar]) -> bool:
    numbers = [n for n in labels if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(numbers) != len(labels) or len(numbers) < 2:
        return False
    return all(left < right for left, right in pairwise(numbers))
