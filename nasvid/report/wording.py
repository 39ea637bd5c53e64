"""How names, numbers, parameters and shapes read in reports."""

import re
from typing import Any

from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import Primitive


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts names the way people do, numbers by their value.

    Example:
        >>> sorted(["stage10", "stage2", "head"], key=natural_key)
        ['head', 'stage2', 'stage10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def value_text(value: Any) -> str:
    """A setting or option as people write it.

    Example:
        >>> value_text(None), value_text(True), value_text(("a", 2)), value_text(0.5)
        ('null', 'true', '[a, 2]', '0.5')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return str(value)


def parameter_text(value: Any) -> str:
    """A parameter of a primitive; lengths on T, H, W are joined.

    Example:
        >>> parameter_text((1, 3, 3)), parameter_text("half")
        ('1x3x3', 'half')
    """
    return "x".join(map(str, value)) if isinstance(value, tuple) else value_text(value)


def primitive_text(primitive: Primitive) -> str:
    """A primitive with the parameters that are not at their defaults.

    Example:
        >>> from nasvid.graph.primitive import make_primitive
        >>> primitive_text(make_primitive("conv", {"out": 8, "kernel": (1, 3, 3)}))
        'conv(out=8, kernel=1x3x3)'
    """
    known = parameters_of(type(primitive))
    given = {name: getattr(primitive, name) for name in known}
    texts = [
        f"{name}={parameter_text(value)}"
        for name, value in given.items()
        if known[name].required or value != known[name].default
    ]
    return primitive.name() + (f"({', '.join(texts)})" if texts else "")


def score_text(objective: str, value: float | None) -> str:
    """A score as tables print it; accuracies in percent.

    Example:
        >>> score_text("top1", 0.6125), score_text("loss", 1.25), score_text("top1", None)
        ('61.3 %', '1.25', '-')
    """
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if is_share(objective) else f"{value:.4g}"


def spread_text(objective: str, value: float) -> str:
    """A difference or deviation of scores; of accuracies in percentage points.

    Example:
        >>> spread_text("top1", 0.0125), spread_text("loss", 0.25)
        ('1.2 points', '0.25')
    """
    return f"{100 * value:.1f} points" if is_share(objective) else f"{value:.4g}"


def is_share(objective: str) -> bool:
    """Whether a metric lies between 0 and 1 and reads best in percent."""
    return re.search(r"(^|_)top[0-9]+$|^mean_class|accuracy", objective) is not None


def objective_text(objective: str) -> str:
    """The name of a metric as papers print it.

    Example:
        >>> objective_text("top1"), objective_text("clip_top5"), objective_text("mean_class")
        ('top-1', 'clip top-5', 'mean class')
    """
    spaced = objective.replace("_", " ")
    return re.sub(r"\btop([0-9]+)$", r"top-\1", spaced)


def seconds_text(seconds: float) -> str:
    """A time span in the two largest units that matter.

    Example:
        >>> seconds_text(4.21), seconds_text(75), seconds_text(7260), seconds_text(180000)
        ('4.2 s', '1 min 15 s', '2 h 1 min', '2 d 2 h')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    total = round(seconds)
    for large, small, step, below in (("d", "h", 3600, 24), ("h", "min", 60, 60)):
        if total >= step * below:
            return f"{total // (step * below)} {large} {total // step % below} {small}"
    return f"{total // 60} min {total % 60} s"


def short_id(graph_id: str) -> str:
    """The first characters of an id: enough to tell the candidates of a run apart.

    Example:
        >>> short_id("g2-3e0363339b2c41aa")
        '3e036333'
    """
    return graph_id.rpartition("-")[2][:8]
