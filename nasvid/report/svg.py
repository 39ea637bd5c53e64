"""A plot as SVG for a page: colours follow the page, points tell what they are when pointed at."""

import io
import re
import warnings
from xml.etree import ElementTree

import matplotlib as mpl

from nasvid.report.figures import GRID, INK, MUTED, REFERENCE, SERIES, Plot

_NAMESPACE = re.compile(r"^\{[^}]*\}")
_REFERENCE = re.compile(r"#([A-Za-z][\w-]*)")
# The page defines these for light and dark.
VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid", REFERENCE: "--reference"} | {
    color: f"--series-{index}" for index, color in enumerate(SERIES)
}


def embed(plot: Plot, name: str, description: str) -> str:
    """SVG text to be put into a page as it is; it refers to nothing outside itself.

    Args:
        plot: The figure and its marks.
        name: Unique in the page; makes the ids in the SVG unique.
        description: What the plot shows, for screen readers.
    """
    text = io.StringIO()
    with warnings.catch_warnings(), mpl.rc_context():
        # The page brings its own fonts; matplotlib's are used to measure only.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 9.5})
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        plot.figure.savefig(text, format="svg", metadata=nothing)
    # The text is matplotlib's own, names in it are escaped by matplotlib.
    root = ElementTree.fromstring(text.getvalue())  # noqa: S314
    for element in root.iter():
        _strip_namespaces(element)
    _add_titles(root, plot)
    _rename_ids(root, name)
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("role", "img")
    root.set("aria-label", description)
    svg = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
    for color, variable in VARIABLES.items():
        svg = svg.replace(color, f"var({variable})")
    return svg


def _strip_namespaces(element: ElementTree.Element) -> None:
    element.tag = _NAMESPACE.sub("", element.tag)
    for key in list(element.attrib):
        bare = _NAMESPACE.sub("", key)
        if bare != key:
            element.set(bare, element.attrib.pop(key))


def _add_titles(root: ElementTree.Element, plot: Plot) -> None:
    for link in list(root.iter("a")):
        mark = plot.marks[int(link.attrib.pop("href").removeprefix("#mark-"))]
        title = ElementTree.Element("title")
        title.text = mark.title
        link.insert(0, title)
        if mark.row:
            link.set("href", f"#{mark.row}")
        else:
            link.tag = "g"


def _rename_ids(root: ElementTree.Element, name: str) -> None:
    """Prefix the ids that are referred to, drop the others: several plots share a page."""
    ids = {element.get("id") for element in root.iter()}
    used = {
        reference
        for element in root.iter()
        for value in element.attrib.values()
        for reference in _REFERENCE.findall(value)
        if reference in ids
    }
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                continue
            element.set(
                key,
                _REFERENCE.sub(
                    lambda found: f"#{name}-{found[1]}" if found[1] in used else found[0], value
                ),
            )
        identity = element.attrib.pop("id", None)
        if identity in used:
            element.set("id", f"{name}-{identity}")
