"""A picture as PNG, drawn by matplotlib; always on a light page."""

# pyright: standard
# The types of matplotlib are not complete.

import io
import warnings
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from nasvid.report.drawing.layout.geometry import Route
from nasvid.report.drawing.scene import Panel, Piece, Scene, Ticks, Wire, Words
from nasvid.report.drawing.theme import LIGHT

SCALE = 2.0
# A unit of a scene is a pixel of CSS, of which there are 96 to the inch; a point is one of 72.
DPI = 96.0
POINTS = 72.0 / 96.0
# Agg cannot draw more than 2**16 pixels in a row, and nobody looks at them.
MAX_PIXELS = 16_000


def to_png(scene: Scene) -> bytes:
    """The content of the file."""
    scale = min(SCALE, MAX_PIXELS / max(scene.width, scene.height))
    with warnings.catch_warnings(), mpl.rc_context({"text.usetex": False}):
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(scene.width / DPI, scene.height / DPI), facecolor=LIGHT["page"])
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, scene.width)
        axes.set_ylim(scene.height, 0)
        pieces = [piece for part in scene.parts for piece in part.pieces]
        for order, piece in enumerate(pieces):
            _draw(axes, piece, order)
        data = io.BytesIO()
        figure.savefig(data, format="png", dpi=DPI * scale, metadata={"Software": None})
    return data.getvalue()


def _draw(axes: Axes, piece: Piece, order: int) -> None:
    if isinstance(piece, Panel):
        _panel(axes, piece, order)
    elif isinstance(piece, Words):
        axes.text(
            *piece.at,
            piece.text,
            color=LIGHT[piece.color],
            fontsize=piece.size * POINTS,
            fontweight="bold" if piece.is_bold else "normal",
            fontstyle="italic" if piece.is_italic else "normal",
            family="DejaVu Sans",
            parse_math=False,
            zorder=order,
        )
    elif isinstance(piece, Wire):
        path = PathPatch(
            _path(piece.route),
            fill=False,
            edgecolor=LIGHT[piece.color],
            linewidth=piece.width * POINTS,
            linestyle=(0, _dashes(piece)) if piece.dashes else "solid",
            capstyle="butt",
            zorder=order,
        )
        axes.add_patch(path)
    elif isinstance(piece, Ticks):
        axes.vlines(
            piece.places,
            piece.top,
            piece.top + piece.height,
            colors=LIGHT[piece.color],
            linewidth=POINTS,
            zorder=order,
        )
    else:
        axes.add_patch(Polygon(piece.points, color=LIGHT[piece.fill], linewidth=0, zorder=order))


def _dashes(piece: Wire) -> Sequence[float]:
    # matplotlib counts dashes in widths of the line.
    return [length / piece.width for length in piece.dashes]


def _panel(axes: Axes, piece: Panel, order: int) -> None:
    rect = piece.rect
    radius = min(piece.radius, rect.width / 2, rect.height / 2)
    axes.add_patch(
        FancyBboxPatch(
            (rect.left, rect.top),
            rect.width,
            rect.height,
            boxstyle=f"round,pad=0,rounding_size={radius}",
            facecolor=LIGHT[piece.fill],
            edgecolor=LIGHT[piece.line] if piece.line else "none",
            linewidth=piece.width * POINTS if piece.line else 0,
            linestyle=(0, (4 / piece.width, 3 / piece.width)) if piece.is_dashed else "solid",
            zorder=order,
        )
    )


def _path(route: Route) -> Path:
    points, codes = [route.start], [Path.MOVETO]
    for stroke in route.strokes:
        points += stroke.points
        code = Path.LINETO if stroke.kind == "line" else Path.CURVE4
        codes += [code] * len(stroke.points)
    return Path(points, codes)
