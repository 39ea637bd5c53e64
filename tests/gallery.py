"""Writes `docs/gallery.md` and its pictures from files of the repository: python -m tests.gallery."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nasvid
from nasvid.api.zoo import zoo_network
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.difference import Side, draw_difference
from nasvid.report.drawing.model import Drawing
from nasvid.report.drawing.render import render
from nasvid.report.drawing.space import draw_space

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "gallery"
# Pictures are looked at by people, over the network.
MAX_BYTES = 80_000
TEXT_OF = "slowfast_r50_8x8"
MERMAID_OF = "two_stream_conv_fusion"


@dataclass(frozen=True)
class Picture:
    """One picture of the page.

    Args:
        name: Of its file.
        command: What draws it, without where to.
        words: What there is to see.
        draw: Draws it.
    """

    name: str
    command: str
    words: str
    draw: Callable[[], Drawing]


def _network(name: str, words: str) -> Picture:
    def draw() -> Drawing:
        return draw_architecture(zoo_network(name).space.graph, name)

    return Picture(name, f"nasvid draw search_spaces/zoo/{name}.yaml", words, draw)


def _space(name: str, words: str) -> Picture:
    def draw() -> Drawing:
        return draw_space(nasvid.load(ROOT / "search_spaces" / f"{name}.yaml").spec)

    return Picture(f"space_{name}", f"nasvid draw search_spaces/{name}.yaml", words, draw)


def _difference(left: str, right: str, words: str) -> Picture:
    def side(name: str) -> Side:
        network = zoo_network(name).space.architecture()
        return Side(name, network.graph, network.genotype)

    files = f"search_spaces/zoo/{left}.yaml search_spaces/zoo/{right}.yaml"
    name = f"{left}_to_{right}"
    return Picture(
        name, f"nasvid draw {files}", words, lambda: draw_difference(side(left), side(right))
    )


NETWORKS = (
    _network(
        "assemblenet_50",
        "Four streams, two of RGB and two of flow, that meet on four levels, each with its frames and "
        "size; the width of a line is its gate.",
    ),
    _network(
        "slowfast_r50_8x8",
        "A slow stream of 8 frames and a fast one of 32; in front of every stage a lateral connection "
        "takes the fast stream into the slow one. Blocks that several streams pass through are opened.",
    ),
    _network(
        "avslowfast",
        "Three streams, of which the fast one and the audio lead into the slow one in every stage; what "
        "would be too high goes on beside.",
    ),
    _network(
        "two_stream_conv_fusion", "Appearance and motion, joined behind the last convolution."
    ),
    _network(
        "two_stream_residual",
        "Motion is multiplied into the units of appearance, and the scores are averaged.",
    ),
    _network(
        "assemblenet_plus_50",
        "Five streams; what nodes only attend to stands in their boxes, and `--attended` draws it as "
        "dotted lines.",
    ),
    _network(
        "evanet_1",
        "Evolved modules, all copies of a stage in one box, and the parallel layers of each module below.",
    ),
    _network(
        "i3d_inception",
        "One stream; a trunk that is most of the network is opened, and one of its alike modules.",
    ),
    _network("movinet_a0", "Kernels along time and space differ from stage to stage."),
    _network("x3d_m", "Space shrinks, time does not."),
    _network(
        "tvn_1", "Stages that differ are boxes of their own, with their kernels, pools and gates."
    ),
    _network("mvit_b_16x4", "Tokens, whose number shrinks with every stage."),
    _network("timesformer_divided", "Frames, tokens and a class token, then twelve layers."),
)
SPACES = (
    _space(
        "quickstart",
        "Two streams. What is open stands in the boxes, by its address below the name of the box; a "
        "dashed line is an edge that some members have.",
    ),
    _space(
        "four_stream",
        "Two to five streams and levels of nodes side by side; each reads some of what stands above.",
    ),
    _space(
        "slowfast", "Rates, widths and what leads from the fast stream into the slow one are open."
    ),
    _space("nas_bench_201", "The cell that all stages repeat, with a choice on every edge."),
    _space("two_stream", "Towers, units, edges, and where the streams meet are open."),
)
DIFFERENCES = (
    _difference(
        "slowfast_r50_4x16",
        "slowfast_r50_8x8",
        "More frames in the slow stream, and longer kernels on the lateral connections.",
    ),
    _difference("r3d_18", "r2plus1d_18", "3D convolutions become pairs, in space and along time."),
    _difference("tvn_1", "tvn_2", "Stages are added and changed."),
)
ALL = (*NETWORKS, *SPACES, *DIFFERENCES)


def picture(name: str) -> str:
    """The SVG of a picture."""
    found = next(one for one in ALL if one.name == name)
    return render(found.draw(), ".svg").decode()


def page() -> str:
    """The text of the page."""
    text = next(one for one in ALL if one.name == TEXT_OF)
    mermaid = next(one for one in ALL if one.name == MERMAID_OF)
    return "\n".join(
        [
            "# Gallery",
            "",
            "Networks, spaces and differences as `nasvid draw` shows them, drawn from files of this",
            "repository by `python -m tests.gallery`. The ending of `-o` says what is written: `.svg`,",
            "`.png`, `.mmd` (Mermaid) or `.txt`; without `-o` the text goes to the terminal.",
            "",
            "A box is a node: what joins its inputs, its name, what it is and the kernels that tell most,",
            "frames x size x channels that come out, and where time or space shrinks. It has a tick for",
            "each frame and the colour of its stream. Copies in a chain are one box. Norms, activations",
            "and what else has no multiplications stand in the box of what they follow. `--depth N` opens",
            "so many levels of blocks; without it those are opened that several streams pass through,",
            "repeats whose copies differ, and what holds most of a network that would be a few boxes only.",
            "Blocks that stay closed and have branches are shown below or beside, each kind once.",
            "Point at a box or line of an SVG to see what it is made of and what it costs.",
            "",
            "## Networks",
            "",
            *_entries(NETWORKS),
            "## Spaces",
            "",
            *_entries(SPACES),
            "## Differences",
            "",
            *_entries(DIFFERENCES),
            "## Text",
            "",
            f"`{text.command}`",
            "",
            "```",
            *render(text.draw(), ".txt").decode().splitlines(),
            "```",
            "",
            "## Mermaid",
            "",
            f"`{mermaid.command} -o {mermaid.name}.mmd`",
            "",
            "```mermaid",
            *render(mermaid.draw(), ".mmd").decode().splitlines(),
            "```",
            "",
        ]
    )


def _entries(pictures: tuple[Picture, ...]) -> list[str]:
    lines: list[str] = []
    for one in pictures:
        lines += [f"### {one.name.removeprefix('space_')}", "", one.words, ""]
        lines += [
            f"![{one.name}](gallery/{one.name}.svg)",
            "",
            f"`{one.command} -o {one.name}.svg`",
            "",
        ]
    return lines


def main() -> None:
    """Write the page and its pictures, and remove those that are not on it."""
    PICTURES.mkdir(exist_ok=True)
    for path in PICTURES.glob("*.svg"):
        path.unlink()
    for one in ALL:
        (PICTURES / f"{one.name}.svg").write_text(picture(one.name), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
