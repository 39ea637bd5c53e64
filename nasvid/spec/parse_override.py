"""Located YAML to what takes the place of what a file says."""

from dataclasses import dataclass, field
from typing import Any

from nasvid.spec.override import Override
from nasvid.spec.parse_network import MAX_COUNT, is_clip_count
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located, Table, plain, shown

OVERRIDE_KEYS = ("width", "frames", "size", "classes")
MAX_CLASSES = 10**6
LEAST_WIDTH, MOST_WIDTH = 1e-3, 1e3


@dataclass(frozen=True, slots=True)
class ParsedOverride:
    """The `override:` section.

    Args:
        sizes: Widths and clip.
        classes: Value of `=classes`.
    """

    sizes: Override = field(default_factory=Override)
    classes: int | None = None


def parse_override(located: Located | None, problems: Problems) -> ParsedOverride:
    """Read `override: {width: 0.5, frames: 8, size: 112, classes: 10}`."""
    if located is None:
        return ParsedOverride()
    if not isinstance(located, Table):
        message = (
            f"got {shown(located)}; accepts {{width: 0.5, frames: 8, size: 112, classes: 10}}."
        )
        problems.add(located.mark, "override", message)
        return ParsedOverride()
    problems.check_keys(located, "override", OVERRIDE_KEYS)
    counts: dict[str, int | None] = {"frames": None, "size": None}
    for key in counts:
        value = located.get(key)
        count: Any = None if value is None else plain(value)
        if value is not None and not is_clip_count(count):
            message = f"got {shown(value)}; accepts a count from 1 to {MAX_COUNT}."
            problems.add(value.mark, f"override.{key}", message)
        elif value is not None:
            counts[key] = count
    width = located.get("width")
    factor: Any = None if width is None else plain(width)
    if width is not None and not is_width_factor(factor):
        message = f"got {shown(width)}; accepts a factor from {LEAST_WIDTH} to {MOST_WIDTH:g}."
        problems.add(width.mark, "override.width", message)
        factor = None
    classes = parse_classes(located.get("classes"), "override.classes", problems)
    return ParsedOverride(Override(factor, counts["frames"], counts["size"]), classes)


def is_width_factor(value: object) -> bool:
    """Whether widths can be multiplied by this."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and LEAST_WIDTH <= value <= MOST_WIDTH  # type: ignore[operator]


def parse_classes(located: Located | None, path: str, problems: Problems) -> int | None:
    """Read a number of classes."""
    if located is None:
        return None
    value = plain(located)
    is_count = isinstance(value, int) and not isinstance(value, bool)
    if not is_count or not 1 <= value <= MAX_CLASSES:
        problems.add(located.mark, path, f"got {shown(located)}; accepts a count of classes.")
        return None
    return value
