"""Published transformers with few channels, small enough to run in a test."""

import re
import shutil
from pathlib import Path

from nasvid.api.zoo_folder import zoo_folder

HERE = Path(__file__).parent
# What is found in the files of a network and its family, and what takes its place.
NARROWER = (
    (r"(out|next): (96|192|384|768)\b", lambda m: f"{m[1]}: {int(m[2]) // 12}"),
    (r"heads: (\d+)", lambda m: "heads: 2" if int(m[1]) > 1 else m[0]),
    (r"repeat: 12", lambda m: "repeat: 2"),
    (r"layers: 11", lambda m: "layers: 3"),
    (r"layers: 6", lambda m: "layers: 2"),
    (r"width: 768", lambda m: "width: 64"),
    (r",\n  layers\.(?:[2-9]|1[01])\.block: \w+", lambda m: ""),
    (r"\[96, 192, 384, 768\]", lambda m: "[64, 768]"),
    (r"\[3, 6, 12\]", lambda m: "[2, 12]"),
)


def network_file(name: str) -> Path:
    """In the zoo, or beside this file."""
    here = HERE / f"{name}.yaml"
    return here if here.exists() else zoo_folder() / f"{name}.yaml"


def narrow(name: str, folder: Path) -> Path:
    """The network with few channels, heads and layers."""
    source = network_file(name)
    spaces = folder / "search_spaces"
    shutil.copytree(zoo_folder().parent, spaces, dirs_exist_ok=True)
    copy = spaces / "zoo" / source.name
    shutil.copy(source, copy)
    for path in (copy, spaces / "transformer.yaml", *(spaces / "zoo/families").glob("mvit*.yaml")):
        text = path.read_text(encoding="utf-8")
        for found, put in NARROWER:
            text = re.sub(found, put, text)
        path.write_text(text, encoding="utf-8")
    return copy
