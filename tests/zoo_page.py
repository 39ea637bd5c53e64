"""Writes `docs/zoo.md` from the files of the zoo: python -m tests.zoo_page."""

from collections.abc import Iterable
from pathlib import Path

from nasvid.api.zoo import ZooNetwork, zoo
from nasvid.cli.commands.zoo import row_of
from nasvid.report.zoo_table import markdown_table

PATH = Path(__file__).parents[1] / "docs" / "zoo.md"


def page(networks: Iterable[ZooNetwork]) -> str:
    """The text of the page."""
    networks = sorted(networks, key=lambda n: (n.published.year, n.published.family, n.name))
    return "\n".join(
        [
            "# Zoo",
            "",
            f"{len(networks)} published video networks as files of the language, written from the files",
            "by `python -m tests.zoo_page`. Parameters and MACs are counted at the clip of the file;",
            "printed numbers are those of papers and reference implementations, at the clip, the",
            "classes and the rate of normalisation that they have, and a test holds the counts to them.",
            "Accuracy is that of one guess, in percent; mean average precision where the data set ends in `-map`.",
            "Each file begins with its source, and with where it departs from the paper and why.",
            "",
            "Layers, their order, biases, paddings and epsilons are those of released code: `make parity` copies",
            "weights of torchvision, PyTorchVideo, PySlowFast and Transformers and compares outputs; where no",
            "library has the network, `tests/golden/zoo_shapes` holds the shapes of its weights, in order. Running",
            "statistics move at the rate of torch everywhere, whatever a reference was trained with.",
            "",
            "`nasvid zoo` lists the same table and filters it (`--family slowfast`, `--stream flow`,",
            "`--max-macs 10G`); `nasvid zoo NAME` tells about one, and `-o FILE` writes it as one file.",
            "`nasvid draw` makes a picture of one, as in the [gallery](gallery.md).",
            "",
            *markdown_table([row_of(network) for network in networks]),
            "",
        ]
    )


if __name__ == "__main__":
    PATH.write_text(page(zoo()), encoding="utf-8")
