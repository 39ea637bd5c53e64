"""Files that include others, and those that they must not include."""

from pathlib import Path

import pytest

from nasvid.core.errors import SpaceError
from nasvid.graph.canonical import graph_id
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import standalone_text
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import MAX_BYTES
from tests.spaces import genotype_of, load_text, small

MAIN = small(
    "a: {unit: {out: =width}}\nb: {pair: {}}", top="include: [blocks/unit.yaml, more.yaml]"
)
UNIT = "version: 1\nblocks: {unit: {params: {out: 4}, body: [{conv3d: {out: =out}}]}}\n"
MORE = """version: 1
include: blocks/unit.yaml
decisions: {width: {choice: [4, 8]}}
blocks: {pair: {body: [{unit: {out: 6}}, relu]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inner/blocks").mkdir(parents=True)
    for name, text in {"space": MAIN, "blocks/unit": UNIT, "more": MORE}.items():
        (tmp_path / f"inner/{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "inner"


def written(folder: Path, include: str) -> Path:
    path = folder / "other.yaml"
    path.write_text(small("a: relu", top=f"include: {include}"), encoding="utf-8")
    return path


def problem(path: Path) -> str:
    with pytest.raises(SpaceError) as caught:
        load_space(str(path))
    return str(caught.value)


def ids(space: SearchSpace) -> set[str]:
    from nasvid.search.lower_bound import all_genotypes

    return {graph_id(lower(space, g).graph) for g in all_genotypes(space.decisions)}


def test_blocks_and_decisions_of_included_files_are_there(folder: Path) -> None:
    space = load_space(str(folder / "space.yaml"))
    assert [d.path for d in space.decisions] == ["width"]
    assert {"unit", "pair"} <= set(space.catalogue.blocks)
    assert [Path(name).name for name in space.included] == ["unit.yaml", "more.yaml"]


def test_one_file_says_the_same(folder: Path) -> None:
    space = load_space(str(folder / "space.yaml"))
    alone = load_text(standalone_text(space, {}))
    assert not alone.included
    assert [d.path for d in alone.decisions] == ["width"]
    assert ids(alone) == ids(space)
    assert len(ids(space)) == 2


def test_a_closed_file_may_build_on_one_that_includes(folder: Path) -> None:
    path = folder.parent / "closed.yaml"
    path.write_text("version: 1\nspace: inner/space.yaml\nchoose: {width: 8}\n", encoding="utf-8")
    space = load_space(str(path))
    assert space.is_closed
    assert ids(load_text(standalone_text(space, space.chosen))) == ids(space)


def test_relative_paths_work_from_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ids(load_space(str(folder / "space.yaml")))
    monkeypatch.chdir(folder)
    assert ids(load_space("space.yaml")) == expected
    monkeypatch.chdir(folder / "blocks")
    assert ids(load_space("../space.yaml")) == expected


@pytest.mark.parametrize(
    "name", ["../outside.yaml", "blocks/../../outside.yaml", "../inner/../outside.yaml", "ABSOLUTE"]
)
@pytest.mark.parametrize("is_relative", [True, False])
def test_nothing_outside_the_folder_is_read(
    folder: Path, name: str, is_relative: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = folder.parent / "outside.yaml"
    outside.write_text(UNIT, encoding="utf-8")
    path = written(folder, str(outside) if name == "ABSOLUTE" else name)
    if is_relative:
        monkeypatch.chdir(folder)
        path = Path(path.name)
    assert "accepts files inside the folder of the file that includes" in problem(path)


def test_no_link_leads_outside(folder: Path) -> None:
    outside = folder.parent / "outside.yaml"
    outside.write_text(UNIT, encoding="utf-8")
    (folder / "link.yaml").symlink_to(outside)
    (folder / "way").symlink_to(folder.parent)
    for name in ("link.yaml", "way/outside.yaml"):
        assert "accepts files inside the folder" in problem(written(folder, name))


def test_an_included_file_cannot_climb_out_either(folder: Path) -> None:
    (folder.parent / "outside.yaml").write_text(UNIT, encoding="utf-8")
    (folder / "blocks/step.yaml").write_text(
        "version: 1\ninclude: [../../outside.yaml]\n", encoding="utf-8"
    )
    message = problem(written(folder, "blocks/step.yaml"))
    assert "step.yaml:2:11: include: got '../../outside.yaml'; accepts files inside" in message
    (folder / "blocks/step.yaml").write_text("version: 1\ninclude: ../more.yaml\n", "utf-8")
    assert load_space(str(written(folder, "blocks/step.yaml"))).included


def test_circles_are_told(folder: Path) -> None:
    (folder / "one.yaml").write_text("version: 1\ninclude: two.yaml\n", encoding="utf-8")
    (folder / "two.yaml").write_text("version: 1\ninclude: one.yaml\n", encoding="utf-8")
    assert "include one another in a circle" in problem(written(folder, "one.yaml"))
    assert "include one another in a circle" in problem(written(folder, "other.yaml"))


def test_too_many_are_told(folder: Path) -> None:
    for number in range(60):
        (folder / f"n{number}.yaml").write_text(
            f"version: 1\ninclude: n{number + 1}.yaml\n", encoding="utf-8"
        )
    assert "at most 50 files can be included, 10 deep" in problem(written(folder, "n0.yaml"))
    names = ", ".join(f"m{number}.yaml" for number in range(60))
    for number in range(60):
        (folder / f"m{number}.yaml").write_text("version: 1\n", encoding="utf-8")
    assert "at most 50 files can be included" in problem(written(folder, f"[{names}]"))


@pytest.mark.parametrize(
    ("include", "content", "message"),
    [
        ("3", "", "got 3; accepts the path of a .yaml file"),
        ("blocks", "", "got 'blocks'; accepts the path of a .yaml file"),
        ("[x.yaml, [y]]", "version: 1", "accepts the path of a .yaml file"),
        ("gone.yaml", "", "there is no file"),
        ("x.yaml", "[1]", "accepts a mapping that begins `version: 1`."),
        ("x.yaml", "blocks: {}", "an included file begins `version: 1`."),
        ("x.yaml", "version: 2", "an included file begins `version: 1`."),
        ("x.yaml", "version: 1\nnetwork: {}", "no key named 'network'"),
        ("x.yaml", "version: 1\nblocks: 3", "got 3; accepts a mapping."),
        ("[blocks/unit.yaml, x.yaml]", UNIT, "blocks.unit: the name 'unit' is taken, see"),
        ("x.yaml", "version: 1\nblocks: {relu: {body: [relu]}}", "'relu' is a primitive"),
        ("x.yaml", "version: 1\nblocks: {b: {body: [conv5d]}}", "no block named 'conv5d'"),
    ],
)  # fmt: skip
def test_what_cannot_be_included_is_told(
    folder: Path, include: str, content: str, message: str
) -> None:
    (folder / "x.yaml").write_text(content, encoding="utf-8")
    assert message in problem(written(folder, include))


def test_one_file_has_decisions_and_samples_in_the_same_order(tmp_path: Path) -> None:
    for name in ("first", "second"):
        text = f"version: 1\ndecisions: {{{name}: {{choice: [4, 8]}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    path = tmp_path / "space.yaml"
    top = "include: [first.yaml, second.yaml]\ndecisions: {own: {choice: [4, 8]}}"
    nodes = "a: {conv: =own}\nb: {conv: =second}\nc: {conv: =first}"
    path.write_text(small(nodes, top=top), "utf-8")
    space = load_space(str(path))
    assert list(space.decisions.by_path) == ["first", "second", "own"]
    alone = load_space("alone.yaml", {"alone.yaml": standalone_text(space, {})})
    for seed in range(8):
        assert genotype_of(alone, seed) == genotype_of(space, seed)


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    path = tmp_path / "space.yaml"
    path.write_text(f"include: loop.yaml\n{small('a: relu')}", "utf-8")
    assert "space.yaml:1:10: include: got 'loop.yaml'" in problem(path)


def test_what_is_included_fits_into_one_file(tmp_path: Path) -> None:
    text = "version: 1\n" + "#\n" * (MAX_BYTES // 4)
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    path = tmp_path / "space.yaml"
    path.write_text(f"include: [a.yaml, b.yaml]\n{small('a: relu')}", "utf-8")
    assert f"included files have more than {MAX_BYTES} characters" in problem(path)
