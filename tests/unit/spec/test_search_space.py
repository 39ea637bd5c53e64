"""Making decisions: `choose` in a file, files that build on others, architectures as files."""

from pathlib import Path

import pytest

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.graph.canonical import graph_id
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import relative_reference, short_text, standalone_text
from nasvid.spec.decisions import Genotype
from nasvid.spec.search_space import SearchSpace
from tests.rich_spaces import RICH
from tests.spaces import load_text, only_problem, problems_of, read, small

SPACES = Path(__file__).parents[3] / "search_spaces"
TEXTS = RICH | {path.stem: read(path) for path in SPACES.glob("*.yaml")}
# Spaces whose members take longest to lower; others of each kind stay fast.
LONG = ("movinet", "two_stream", "evanet", "transformer")

OPEN = small(
    """
    a: {block: {choice: [conv2d, {conv3d: {kernel: {choice: [1, 3]}}}]}, out: =width}
    b: {from: {any_of: [rgb, a], min: 1}, conv: 3}
    c: {conv: {out: 3, bias: {choice: [true, false]}}, when: {choice: [1, 0]}}
    """,
    top="""
name: open
description: All is open.
decisions: {width: {choice: [3, 4]}}
budget: {macs: 2G}
search: {candidates: 5, seed: 3}
training: {epochs: 7}
""",
)


def closed(choose: str, *, top: str = "") -> str:
    return f"version: 1\nspace: open.yaml\n{top}\nchoose: {{{choose}}}\n"


def load_closed(choose: str, *, top: str = "") -> SearchSpace:
    return load_text(closed(choose, top=top), open=OPEN)


def test_what_is_chosen_is_settled_and_the_rest_stays_open() -> None:
    space = load_closed("width: 4, a.block: conv3d, b.from: [a]")
    options = {decision.path: decision.options for decision in space.decisions}
    assert options == {
        "width": (4,), "a.block": ("conv3d",), "a.block.conv3d.kernel": (1, 3),
        "b.from": ("a",), "c.when": (1, 0), "c.bias": (True, False),
    }  # fmt: skip
    assert space.chosen == {"width": 4, "a.block": "conv3d", "b.from": ("a",)}
    assert space.decisions.size().count == 2 * (2 + 1)
    assert not space.is_closed


def test_what_is_never_open_any_more_is_gone() -> None:
    space = load_closed("a.block: conv2d, c.when: 0")
    assert set(space.decisions.by_path) == {"width", "a.block", "b.from", "c.when"}


def test_a_file_with_nothing_left_to_choose_is_one_architecture() -> None:
    space = load_closed("width: 4, a.block: conv2d, b.from: [rgb, a], c.when: 0")
    assert space.is_closed
    assert space.decisions.size().count == 1
    assert space.only_genotype().to_json() == {
        "width": 4, "a.block": "conv2d", "b.from": ["rgb", "a"], "c.when": 0,
    }  # fmt: skip


def test_a_space_is_not_one_architecture() -> None:
    space = load_closed("a.block: conv2d")
    with pytest.raises(SpaceError) as caught:
        space.only_genotype()
    assert "is a space, not one architecture: width, b.from, c.when is left to choose" in str(
        caught.value
    )


def test_settings_of_the_file_below_stand_unless_the_file_gives_its_own() -> None:
    plain = load_closed("width: 3")
    assert (plain.name, plain.description) == ("space", "All is open.")
    assert plain.limits == {"macs": 2 * 10**9}
    assert (plain.search.candidates, plain.training.epochs) == (5, 7)
    top = "name: mine\ndescription: Mine.\nclasses: 9\nbudget: {params: 1M}\nsearch: {seed: 4}\ntraining: {lr: 0.1}"
    own = load_closed("width: 3", top=top)
    assert (own.name, own.description, own.network.classes) == ("mine", "Mine.", 9)
    assert own.limits == {"params": 10**6}
    assert (own.search.candidates, own.search.seed) == (5, 4)
    assert (own.training.epochs, own.training.lr) == (7, 0.1)


def test_it_is_known_whose_budget_it_is() -> None:
    everything = "width: 4, a.block: conv2d, b.from: [rgb, a], c.when: 0"
    assert not load_closed(everything).has_own_budget
    assert load_closed(everything, top="budget: {params: 1M}").has_own_budget


def test_files_build_on_files_and_choices_add_up() -> None:
    middle = "version: 1\nspace: open.yaml\nchoose: {width: 4}\n"
    top = "version: 1\nspace: middle.yaml\nchoose: {a.block: conv2d}\n"
    space = load_text(top, middle=middle, open=OPEN)
    assert space.chosen == {"width": 4, "a.block": "conv2d"}
    assert list(space.texts) == ["space.yaml", "middle.yaml", "open.yaml"]


def test_an_open_file_may_choose_as_well() -> None:
    space = load_text(OPEN + "choose: {width: 4}\n")
    assert space.decisions.by_path["width"].options == (4,)


@pytest.mark.parametrize(
    ("choose", "message"),
    [
        ("widht: 3", "4:10: choose.widht: no decision named 'widht'. Did you mean 'width'?"),
        ("width: 5", "4:10: choose.width: got 5; accepts one of 3, 4."),
        ("width: true", "got True; accepts one of 3, 4."),
        ("width: 3.0", "got 3.0; accepts one of 3, 4."),
        ("width: [3]", "got [3]; accepts one of 3, 4."),
        ("b.from: a", "got 'a'; accepts a list of 1 to 2 of 'rgb', 'a', in this order."),
        ("b.from: [a, rgb]", "got ['a', 'rgb']; accepts a list of 1 to 2"),
        ("b.from: []", "got []; accepts a list of 1 to 2"),
        ("b.from: [[a]]", "got [['a']]; accepts a list"),
        ("width: {a: 1}", "got {'a': 1}; accepts one of 3, 4."),
        (
            "a.block: conv2d, a.block.conv3d.kernel: 3",
            "is never open with what is chosen here: it takes a.block = 'conv3d'. Drop it, or",
        ),
        ("c.when: 0, c.bias: true", "choose.c.bias: is never open with what is chosen here"),
    ],
)
def test_a_wrong_choice_is_told_with_its_place(choose: str, message: str) -> None:
    assert message in only_problem(closed(choose), open=OPEN)


def test_all_wrong_choices_are_told_at_once() -> None:
    assert len(problems_of(closed("width: 5, x: 1, b.from: 2"), open=OPEN)) == 3


def test_a_choice_that_a_file_below_has_settled_cannot_be_made_again() -> None:
    middle = "version: 1\nspace: open.yaml\nchoose: {width: 4}\n"
    top = "version: 1\nspace: middle.yaml\nchoose: {width: 3}\n"
    assert "got 3; accepts one of 4." in only_problem(top, middle=middle, open=OPEN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\nspace: 3", "2:8: space: got 3; accepts the path of a .yaml file."),
        ("version: 1\nspace: open.txt", "got 'open.txt'; accepts the path of a .yaml file."),
        ("version: 1\nspace: other.yaml", "2:8: builds on 'other.yaml', which is not kept."),
        (
            "version: 1\nspace: space.yaml",
            "build on one another more than 10 deep, or in a circle.",
        ),
        ("version: 1\nspace: open.yaml\ninputs: {}", "3:1: no key named 'inputs'"),
        ("version: 2\nspace: open.yaml", "1:10: version: got 2; this nasvid reads version 1."),
        ("version: 1\nspace: open.yaml\nbudget: {macs: 0}", "3:16: budget.macs: got 0;"),
        ("[1]", "1:1: accepts a mapping that begins `version: 1`."),
    ],
)
def test_a_wrong_closed_file_is_told(text: str, message: str) -> None:
    assert message in only_problem(text, open=OPEN)


def test_a_mistake_in_the_file_below_is_told_at_its_place_there() -> None:
    problem = only_problem(closed("width: 3"), open=OPEN.replace("conv: 3}", "conv9: 3}"))
    assert problem.startswith("open.yaml:")


def test_files_are_found_as_seen_from_the_one_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "spaces").mkdir()
    (tmp_path / "nets" / "small").mkdir(parents=True)
    (tmp_path / "spaces" / "open.yaml").write_text(OPEN, "utf-8")
    path = tmp_path / "nets" / "small" / "mine.yaml"
    target = tmp_path / "spaces" / "open.yaml"
    reference = relative_reference(target, path.parent)
    assert reference == "../../spaces/open.yaml"
    path.write_text(closed("width: 3").replace("open.yaml", reference), "utf-8")
    space = load_space(str(path))
    assert space.name == "mine"
    assert list(space.texts) == [str(path), str(target)]
    # What a run keeps is enough to read the space again.
    assert load_space(str(path), dict(space.texts)).chosen == space.chosen


def samples(name: str, number: int) -> list[tuple[SearchSpace, Genotype]]:
    space = load_text(TEXTS[name])
    found: list[tuple[SearchSpace, Genotype]] = []
    for k in range(number):
        genotype = space.decisions.sample(keyed_rng("file", k))
        try:
            lower(space, genotype)
        except SpaceError:
            continue
        found.append((space, genotype))
    return found


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in TEXTS]
)
def test_an_architecture_is_the_same_one_when_it_comes_back_from_its_file(name: str) -> None:
    for space, genotype in samples(name, 2):
        known = graph_id(lower(space, genotype).graph)
        alone = load_text(standalone_text(space, genotype.by_path))
        assert alone.is_closed
        assert alone.only_genotype() == genotype
        assert graph_id(lower(alone, alone.only_genotype()).graph) == known
        short = load_text(short_text(space, genotype, "open.yaml"), open=TEXTS[name])
        assert short.only_genotype() == genotype
        assert alone.limits == short.limits == space.limits
        assert alone.search == short.search == space.search
        assert alone.training == short.training == space.training
        assert (alone.name, alone.description) == (space.name, space.description)


def test_an_architecture_at_another_clip_size_is_a_file_too() -> None:
    space, genotype = samples("quickstart", 1)[0]
    lowered = lower(space, genotype, ClipSize(16, 64)).graph
    streams = {i.name: i.stream for i in lowered.inputs if i.stream is not None}
    alone = load_text(standalone_text(space, genotype.by_path, streams))
    assert graph_id(lower(alone, alone.only_genotype()).graph) == graph_id(lowered)


def test_names_that_yaml_would_misread_survive() -> None:
    space = load_text(small(top="name: '1e-4'\ndescription: 'no: yes'"))
    again = load_text(standalone_text(space, {}, name="0o17"))
    assert (again.name, again.description) == ("0o17", "no: yes")
