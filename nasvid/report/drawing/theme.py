"""Colours by what they stand for, on a light and on a dark page."""

from nasvid.report.drawing.model import Lane, Mark

# Fill and line of each stream, two shades for its branches.
_STREAMS = (
    (("#dbe8fb", "#2b67b8"), ("#d3eff2", "#12808f")),
    (("#fde4cf", "#c0560f"), ("#fbeebb", "#a07800")),
    (("#d9f0d9", "#2c7d32"), ("#eaf2c6", "#6a7f12")),
    (("#f6dcee", "#a8307f"), ("#fadde0", "#b5303f")),
    (("#e4def8", "#6247b5"), ("#eadcf5", "#8b3fae")),
    (("#d5ebe6", "#1d7565"), ("#dfe9ef", "#4a6c80")),
)
_DARK_STREAMS = (
    (("#1d3557", "#82b1f2"), ("#123f47", "#5fc9d8")),
    (("#51301a", "#f2a566"), ("#453a0f", "#dcbc4a")),
    (("#1f4423", "#84cc89"), ("#36400f", "#b9cc5c")),
    (("#4a2140", "#e58cc6"), ("#4d1f26", "#ee8d98")),
    (("#322757", "#b3a0f0"), ("#3d2351", "#cf96ec")),
    (("#173f38", "#6dc7b6"), ("#293b47", "#9bbccf")),
)
LIGHT = {
    "page": "#ffffff",
    "ink": "#1f2328",
    "muted": "#59636e",
    "frame": "#f6f7f9",
    "frame-line": "#c5ccd4",
    "met": "#ececf0",
    "met-line": "#6b7280",
    "step": "#fff3c4",
    "step-ink": "#7a4d00",
    "choice": "#a3146f",
    "added": "#1a7f37",
    "removed": "#cf222e",
    "changed": "#9a6700",
    "reshaped": "#8250df",
}
DARK = {
    "page": "#0d1117",
    "ink": "#e6edf3",
    "muted": "#9aa5b1",
    "frame": "#151b23",
    "frame-line": "#3d4650",
    "met": "#262c36",
    "met-line": "#9aa5b1",
    "step": "#4a3a08",
    "step-ink": "#f5d67b",
    "choice": "#f48fcd",
    "added": "#4ac26b",
    "removed": "#ff7b72",
    "changed": "#e3b341",
    "reshaped": "#c297ff",
}
for _number, _shades in enumerate(zip(_STREAMS, _DARK_STREAMS, strict=True)):
    for _branch in range(2):
        for _colors, _table in zip(_shades, (LIGHT, DARK), strict=True):
            _name = f"stream{_number}{'ab'[_branch]}"
            _table[_name], _table[f"{_name}-line"] = _colors[_branch]


def lane_color(lane: Lane | None) -> str:
    """Name of the fill of what belongs to a stream; with `-line` behind it, that of its lines."""
    if lane is None:
        return "met"
    return f"stream{lane.stream % len(_STREAMS)}{'ab'[lane.branch % 2]}"


def mark_color(mark: Mark) -> str | None:
    """Name of the colour of what differs; None for what does not."""
    return None if mark == "same" else mark
