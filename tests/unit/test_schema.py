"""The JSON Schema that editors check files with."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nasvid.core.errors import Mark, SpaceError
from nasvid.lowering.load import load_space
from nasvid.lowering.schema import file_schema
from nasvid.spec.source import file_text, plain, read_text

ROOT = Path(__file__).parents[2]
SPACES = ROOT / "search_spaces"
BLOCKS = sorted((ROOT / "nasvid/blocks").glob("*.yaml"))
SHIPPED = sorted([*SPACES.glob("*.yaml"), *BLOCKS, *(ROOT / "tests/networks").glob("*.yaml")])
VALIDATOR: Any = jsonschema.Draft202012Validator(file_schema())

VALID = """
version: 1
inputs: {rgb: {frames: 8, size: 32}}
network:
  nodes:
    stem: {conv3d: {out: 8, stride: 2}}
    body: {from: stem, block: conv2d, out: 16}
  head: {classes: 10}
"""

# What people get wrong, as a replacement in the valid file.
MISTAKES = {
    "another version": ("version: 1", "version: 2"),
    "no version": ("version: 1\n", ""),
    "an unknown section": ("version: 1", "version: 1\nbudgets: {macs: 2G}"),
    "no inputs": ("inputs: {rgb: {frames: 8, size: 32}}", ""),
    "no frames": ("frames: 8, ", ""),
    "frames of 0": ("frames: 8", "frames: 0"),
    "frames that are a text": ("frames: 8", "frames: many"),
    "an unknown modality": ("rgb: {", "rgb: {modality: audio, "),
    "a misspelt key of an input": ("size: 32", "siez: 32"),
    "no head": ("  head: {classes: 10}\n", ""),
    "a misspelt key of the network": ("nodes:", "node:"),
    "no options": ("out: 16", "out: {choice: []}"),
    "an integer without max": ("out: 16", "out: {integer: {min: 8}}"),
    "a choice with something beside": ("out: 16", "out: {choice: [8, 16], sorted: true}"),
    "ordered that is no boolean": ("out: 16", "out: {choice: [8, 16], ordered: 1}"),
    "two blocks in one value": ("out: 16", "out: {conv2d: {}, conv3d: {}}"),
    "an unknown merge": ("from: stem", "from: {any_of: [stem, rgb], merge: sum}"),
    "a misspelt kind of source": ("from: stem", "from: {any: [stem, rgb]}"),
    "two kinds of source": ("from: stem", "from: {any_of: [stem], all_of: [rgb]}"),
    "an edge without a node": ("from: stem", "from: {subsample_frames: 2}"),
    "a negative number of copies": ("from: stem", "from: stem, repeat: -1"),
    "per_copy that is no boolean": ("from: stem", "from: stem, repeat: 2, per_copy: 2"),
    "a name with a dash": ("body:", "my-body:"),
    "a budget in words": ("version: 1", "version: 1\nbudget: {macs: two billion}"),
    "a setting of the search that is no count": ("version: 1", "version: 1\nsearch: {window: 0}"),
    "an optimizer that there is not": (
        "version: 1",
        "version: 1\ntraining: {optimizer: adam}",
    ),
    "an included file that is none": ("version: 1", "version: 1\ninclude: blocks.txt"),
    "a section of an open file in a closed one": ("version: 1", "version: 1\nspace: other.yaml"),
    "a space that is no file": ("version: 1", "version: 1\nspace: 7"),
}  # fmt: skip


def errors_of(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(read_text(text)))]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(file_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_is_valid(path: Path) -> None:
    assert errors_of(file_text(str(path), Mark(str(path), 1, 1))) == []


def test_the_file_that_the_mistakes_are_made_in_is_valid() -> None:
    assert errors_of(VALID) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_typical_mistake_is_found_by_schema_and_parser(mistake: str, tmp_path: Path) -> None:
    good, bad = MISTAKES[mistake]
    assert good in VALID
    text = VALID.replace(good, bad, 1)
    assert errors_of(text)
    path = tmp_path / "space.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpaceError):
        load_space(str(path))


def test_what_the_language_accepts_in_short_is_valid() -> None:
    shorter = VALID.replace("{conv3d: {out: 8, stride: 2}}", "relu").replace("{classes: 10}", "{}")
    assert errors_of(shorter) == []
    for node in (
        "{repeat: {min: 1, max: 3}, each: {block: conv2d, out: =classes}, first: {stride: 2}}",
        "{repeat: 2, each: conv2d}",
        "{from: {node: stem, subsample_frames: {choice: [1, 2]}, gate: 0.5}, max_pool: 2}",
        "{from: {any_earlier: {min: 1}, merge: {choice: [add, concat]}}, block: =classes}",
        "{block: {choice: {small: {conv2d: {out: 8, kernel: 3}}, big: conv3d}}, when: =1 > 0}",
        "[{name: a, conv2d: {out: 8}}]",
    ):
        text = VALID.replace("{from: stem, block: conv2d, out: 16}", node, 1)
        assert (errors_of(text) == []) == node.startswith("{"), node


@pytest.mark.parametrize(
    "search",
    [
        "{surrogate: false}",
        "{surrogate: {pool: 20}}",
        "{mutation_count: 1.5}",
        "{mutation_count: [3, 1]}",
        "{penalties: {macs: 2G, params: {target: 3M, exponent: -1}}}",
        "{warm_start: slowfast_r50_8x8}",
        "{warm_start: [a, b.yaml]}",
    ],
)
def test_settings_of_the_search_in_short_and_at_length_are_valid(
    search: str, tmp_path: Path
) -> None:
    text = VALID.replace("version: 1", f"version: 1\nsearch: {search}", 1)
    assert errors_of(text) == []
    path = tmp_path / "space.yaml"
    path.write_text(text, encoding="utf-8")
    load_space(str(path))


def test_what_others_include_is_valid_without_a_network() -> None:
    assert errors_of("version: 1\nblocks: {unit: {body: [conv2d]}}\ninclude: more.yaml") == []
    assert errors_of("version: 1\ndecisions: {width: {choice: [8, 16]}}") == []
    assert errors_of("version: 1")
    assert errors_of("version: 1\nblocks: {}\nbudget: {macs: 2G}")


def test_the_shipped_schema_is_up_to_date() -> None:
    shipped = json.loads((SPACES / "nasvid.schema.json").read_text("utf-8"))
    hint = "run `nasvid schema > search_spaces/nasvid.schema.json`"
    assert shipped == file_schema(), hint


@pytest.mark.parametrize("path", [*sorted(SPACES.glob("*.yaml")), *BLOCKS], ids=lambda p: p.stem)
def test_a_shipped_file_names_its_schema_in_the_first_line(path: Path) -> None:
    first, _, _ = path.read_text("utf-8").partition("\n")
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (path.parent / first.removeprefix(prefix)).samefile(SPACES / "nasvid.schema.json")
