"""The files that pictures become."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from nasvid.api.zoo import zoo_network
from nasvid.core.errors import NasvidError
from nasvid.report.drawing import png
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.compose import compose
from nasvid.report.drawing.model import Box, Drawing, Edge, Group, Lane
from nasvid.report.drawing.rails import Rails
from nasvid.report.drawing.render import FORMATS, render
from nasvid.report.drawing.scene import Panel, Words
from nasvid.report.drawing.space import draw_space
from nasvid.report.drawing.text_size import text_width
from nasvid.report.drawing.theme import DARK, LIGHT
from tests.spaces import load_text, small

SVG = "{http://www.w3.org/2000/svg}"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
NASTY = 'a<b>&"c" $x$ ]] --> 日本'


@pytest.fixture(scope="module")
def slowfast() -> Drawing:
    return draw_architecture(zoo_network("slowfast_r50_8x8").space.graph, "slowfast_r50_8x8")


@pytest.fixture(scope="module")
def nasty() -> Drawing:
    """Texts that a user may write wherever a file takes them."""
    nodes = "end: {conv: {out: {choice: {'<b>\"&': 4, ']]': 8}}}}"
    name, option = json.dumps(f"{NASTY}\n\x85\x1b[31m"), json.dumps(NASTY)
    top = f"name: {name}\ndecisions: {{kind: {{choice: [{option}, end]}}}}"
    text = small(nodes, top=top)
    return draw_space(load_text(text))


def svg_of(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(render(drawing, ".svg"))


def texts_of(root: ElementTree.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def test_an_svg_has_every_box_line_and_frame(slowfast: Drawing) -> None:
    root = svg_of(slowfast)
    kinds = [group.get("class") for group in root.iter(f"{SVG}g")]
    assert kinds.count("box") == len(slowfast.boxes)
    assert kinds.count("edge") == len(slowfast.edges)
    assert kinds.count("frame") == len(slowfast.groups)
    assert "lateral" in texts_of(root)


def test_an_svg_refers_to_nothing_outside_itself(slowfast: Drawing) -> None:
    text = render(slowfast, ".svg").decode()
    assert not re.search(r"href|url\(|<script|@import", text)


def test_colours_follow_light_and_dark(slowfast: Drawing) -> None:
    text = render(slowfast, ".svg").decode()
    light, dark = text.split("@media (prefers-color-scheme:dark){")
    assert f".f-page{{fill:{LIGHT['page']}}}" in light
    assert f".f-page{{fill:{DARK['page']}}}" in dark
    used = set(re.findall(r"[fl]-([\w-]+)", text))
    assert used <= LIGHT.keys() == DARK.keys()


def test_texts_of_users_are_escaped_in_xml(nasty: Drawing) -> None:
    root = svg_of(nasty)
    assert root.findtext(f"{SVG}title") == f"{NASTY} [31m"
    assert f"{NASTY} [31m" in texts_of(root)
    assert any('<b>"& | ]]' in text for text in texts_of(root))


def test_texts_of_users_stay_in_their_labels_in_mermaid(nasty: Drawing) -> None:
    lines = render(nasty, ".mmd").decode().splitlines()
    label = next(line for line in lines if "conv" in line)
    assert re.fullmatch(r'  b1\["[^"<>&]*(<br/>[^"<>&]*)*"\]', label)
    assert "#lt;b#gt;#quot;#amp;" in label


def test_texts_of_users_break_no_line_of_text(nasty: Drawing) -> None:
    text = render(nasty, ".txt").decode()
    assert text.splitlines()[0] == f"{NASTY} [31m"
    assert all(line.isprintable() for line in text.splitlines())


@pytest.mark.filterwarnings("error")
def test_a_png_is_one_even_with_characters_that_its_font_lacks(nasty: Drawing) -> None:
    data = render(nasty, ".png")
    assert data.startswith(PNG_HEAD)
    assert data == render(nasty, ".png")


def test_a_huge_picture_is_a_png_of_bounded_size(
    slowfast: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "MAX_PIXELS", 300)
    data = render(slowfast, ".png")
    width, height = (int.from_bytes(data[k : k + 4], "big") for k in (16, 20))
    assert width < height
    assert 290 < height <= 300


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_takes_an_empty_picture(suffix: str) -> None:
    assert render(Drawing(subject="architecture", title="nothing"), suffix)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_takes_all_that_a_picture_may_show(suffix: str) -> None:
    boxes = (
        Box(path="rgb", role="input", shapes=("8 × 8² × 3",), frames=8, lane=Lane(7, 3)),
        Box(
            path="a", role="block", count="2", mark="added", is_optional=True, choices=("x: 1 | 2",)
        ),
        Box(
            path="g.b",
            role="layer",
            join="concat",
            mark="removed",
            group="g",
            notes=("weights of a",),
        ),
    )
    edges = (
        Edge(source="rgb", target="a", gate=0.0, mark="changed", before="learned"),
        Edge(source="rgb", target="g.b", gate="attention", is_optional=True, mark="removed"),
        Edge(source="a", target="g.b", port="fast", gate="learned"),
    )
    drawing = Drawing(
        subject="difference",
        title="all",
        facts=("1 MAC",),
        streams=("rgb",),
        boxes=boxes,
        edges=edges,
        groups=(Group("g", "block", "3"),),
        shared=("width: 1 | 2",),
    )
    assert render(drawing, suffix)


def test_many_lines_that_only_attend_are_told_in_the_boxes_unless_they_are_asked_for() -> None:
    drawing = draw_architecture(zoo_network("assemblenet_plus_50").space.graph, "plus")
    attending = sum(edge.gate == "attention" for edge in drawing.edges)
    num_lines = len(drawing.edges)
    root = svg_of(drawing)
    kinds = [group.get("class") for group in root.iter(f"{SVG}g")]
    assert attending > 30
    assert kinds.count("edge") == num_lines - attending
    assert "attends to n2, n3" in texts_of(root)
    assert any(text.startswith(f"{attending} more only attend") for text in texts_of(root))
    assert render(drawing, ".svg", attended=True).decode().count('class="edge"') == num_lines
    assert "n2 (attention)" in render(drawing, ".txt").decode()


def test_another_ending_is_refused() -> None:
    with pytest.raises(NasvidError, match=r"ends in '.pdf'; accepts .svg, .png, .mmd, .txt. The"):
        render(Drawing(subject="architecture", title="t"), ".pdf")


def test_mermaid_has_every_box_edge_and_group(slowfast: Drawing) -> None:
    lines = render(slowfast, ".mmd").decode().splitlines()
    assert lines[3] == "flowchart TD"
    assert sum(bool(re.match(r" +b\d+[\[(]", line)) for line in lines) == len(slowfast.boxes)
    assert sum("-->" in line for line in lines) == len(slowfast.edges)
    assert sum("subgraph" in line for line in lines) == len(slowfast.groups)
    assert lines.count("  end") == len(slowfast.groups)


def test_gates_are_the_width_of_lines() -> None:
    boxes = tuple(Box(path=name, role="layer") for name in "ab")
    drawing = Drawing(subject="architecture", title="t", boxes=boxes)
    widths: list[float] = []
    for gate in (0.0, 0.5, 1.0):
        edge = Edge(source="a", target="b", gate=gate)
        (path,) = (
            element
            for group in svg_of(replace(drawing, edges=(edge,))).iter(f"{SVG}g")
            if group.get("class") == "edge"
            for element in group.iter(f"{SVG}path")
        )
        widths.append(float(path.get("stroke-width", "0")))
    assert widths == [0.8, 3.3, 5.8]


def test_text_shows_streams_as_rails_and_where_they_join(slowfast: Drawing) -> None:
    lines = render(slowfast, ".txt").decode().splitlines()
    start = next(k for k, line in enumerate(lines) if "stage2.lateral" in line)
    shown = [line[:6].rstrip() for line in lines[start - 1 : start + 4]]
    assert shown == ["│ ├─╮", "│ │ ●", "├─│─╯", "● │", "│ │"]


def test_a_rail_ends_with_its_last_reader() -> None:
    rails = Rails({"a": 2, "b": 1, "c": 1, "d": 0})
    drawn = [
        line
        for path, sources in (("a", ()), ("b", ("a",)), ("c", ("a",)), ("d", ("b", "c")))
        for line in rails.box(path, sources, sources[0] if sources else None, path)
    ]
    assert drawn == ["a", "├─╮", "│ b", "c │", "╰─┤", "  d"]
    assert rails.column == []


@pytest.mark.parametrize("text", ["conv 3x3x3", "WWWWWW", "iiiiii", "日本"])
def test_texts_are_given_more_room_than_fonts_need(text: str) -> None:
    from matplotlib.textpath import TextPath

    if text.isascii():
        path: Callable[..., TextPath] = TextPath
        assert path((0, 0), text, size=10).get_extents().width <= text_width(text, 10)
    else:
        assert text_width(text, 10) == 10 * len(text)


def test_texts_stay_in_their_boxes(slowfast: Drawing) -> None:
    boxes = [part.pieces for part in compose(slowfast).parts if part.kind == "box"]
    assert len(boxes) == len(slowfast.boxes)
    for pieces in boxes:
        panels = [piece.rect for piece in pieces if isinstance(piece, Panel)]
        box = max(panels, key=lambda rect: rect.width * rect.height)
        for words in (piece for piece in pieces if isinstance(piece, Words)):
            left, base = words.at
            right = left + text_width(words.text, words.size, is_bold=words.is_bold)
            assert box.left <= left <= right <= box.right
            assert box.top <= base <= box.bottom


def test_a_copy_is_called_after_its_repeat_and_not_by_a_number_alone() -> None:
    drawing = draw_architecture(zoo_network("tvn_1").space.graph, "tvn_1")
    texts = texts_of(svg_of(drawing))
    assert {"stages.0 ×2", "stages.1"} <= set(texts)
    assert not any(text.isdecimal() for text in texts if len(text) == 1)
