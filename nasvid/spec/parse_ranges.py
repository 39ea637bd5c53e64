"""Located YAML to ranges: integers with a step, floats on a grid."""

from math import exp, log
from typing import Any

from nasvid.spec.problems import Problems
from nasvid.spec.source import Located, Table, plain, shown
from nasvid.spec.syntax import Choice, Literal

MAX_OPTIONS = 10_000
# A float between its bounds, unless the file tells a step or another number.
DEFAULT_VALUES = 21
# Digits that are kept, so that equal values have equal ids on every machine.
DIGITS = 6


def parse_range(table: Table, path: str, problems: Problems) -> Choice | None:
    """Read `{min: 2, max: 6, step: 1}` as an ordered choice of integers."""
    problems.check_keys(table, path, ("min", "max", "step"))
    bounds: dict[str, int] = {"step": 1}
    for key in ("min", "max", "step"):
        located = table.get(key)
        if located is None and key != "step":
            problems.add(table.mark, path, f"lacks {key!r}; accepts {{min: 2, max: 6, step: 1}}.")
            return None
        if located is not None:
            value = plain(located)
            if not isinstance(value, int) or isinstance(value, bool):
                problems.add(located.mark, f"{path}.{key}", f"got {value!r}; accepts an integer.")
                return None
            bounds[key] = value
    if bounds["step"] < 1 or bounds["min"] > bounds["max"]:
        problems.add(table.mark, path, "needs min no greater than max and a step of at least 1.")
        return None
    if (bounds["max"] - bounds["min"]) // bounds["step"] >= MAX_OPTIONS:
        problems.add(table.mark, path, f"has more than {MAX_OPTIONS} values; use a larger step.")
        return None
    values = range(bounds["min"], bounds["max"] + 1, bounds["step"])
    problems.count_options(table.mark, path, len(values))
    return Choice(table.mark, tuple((v, Literal(table.mark, v)) for v in values), is_ordered=True)


def parse_float(located: Located, path: str, problems: Problems) -> Choice | None:
    """Read `{min: 0, max: 0.5, step: 0.1}`, or `{min: 1e-4, max: 0.1, log: true, values: 16}`.

    Floats lie on a grid, so that equal networks have equal ids and a space has a size.
    """
    if not isinstance(located, Table):
        message = f"got {shown(located)}; accepts {{min: 0, max: 0.5, step: 0.1}}."
        problems.add(located.mark, path, message)
        return None
    problems.check_keys(located, path, ("min", "max", "step", "values", "log"))
    before = len(problems.found)
    least, most = (_number(located, key, path, problems) for key in ("min", "max"))
    step = None if located.get("step") is None else _number(located, "step", path, problems)
    is_log = located.get("log") is not None and plain(located.get("log") or located)
    if not isinstance(is_log, bool):
        problems.add(located.key_mark("log"), f"{path}.log", "accepts true or false.")
    if located.get("step") is not None and (located.get("values") is not None or is_log):
        problems.add(located.key_mark("step"), path, "'step' goes with min and max alone.")
    count = (
        DEFAULT_VALUES if located.get("values") is None else plain(located.get("values") or located)
    )
    if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= MAX_OPTIONS:
        message = f"accepts how many values there are, 2 to {MAX_OPTIONS}."
        problems.add(located.key_mark("values"), f"{path}.values", message)
    if least is not None and most is not None and not (0 if is_log else least - 1) < least < most:
        message = "needs min below max, and above 0 where `log: true`."
        problems.add(located.mark, path, message)
    if len(problems.found) > before or least is None or most is None:
        return None
    if step is not None:
        if step <= 0 or (most - least) / step >= MAX_OPTIONS:
            message = f"needs a step above 0 that gives at most {MAX_OPTIONS} values."
            problems.add(located.key_mark("step"), f"{path}.step", message)
            return None
        # Half a millionth of a step for what floats lose.
        values = [least + k * step for k in range(int((most - least) / step + 5e-7) + 1)]
    elif is_log:
        ratio = log(most / least) / (count - 1)
        values = [least * exp(k * ratio) for k in range(count)]
    else:
        values = [least + k * (most - least) / (count - 1) for k in range(count)]
    # Neighbours that round to one value are one.
    rounded = dict.fromkeys(float(f"{value:.{DIGITS}g}") for value in values)
    problems.count_options(located.mark, path, len(rounded))
    options = tuple((value, Literal(located.mark, value)) for value in rounded)
    return Choice(located.mark, options, is_ordered=True)


def _number(table: Table, key: str, path: str, problems: Problems) -> float | None:
    located = table.get(key)
    value: Any = None if located is None else plain(located)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e12:
        return float(value)
    mark = table.mark if located is None else located.mark
    got = "is missing" if located is None else f"got {shown(located)}"
    problems.add(mark, f"{path}.{key}", f"{got}; accepts a number.")
    return None
