"""Crossovers that take stages or streams whole."""

from nasvid.core.seeds import keyed_rng
from nasvid.search.crossover import Crossover
from nasvid.search.crossovers.by_stage import ByStage
from nasvid.search.crossovers.by_stream import ByStream
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from nasvid.spec.search_space import SearchSpace
from tests.spaces import load_text, small
from tests.variation_spaces import everything, view_of

STAGES = load_text(
    small(
        """
        a: {conv3d: {out: {choice: [3, 4, 5]}, kernel: {choice: [1, 3]}}}
        b: {repeat: {min: 1, max: 3}, per_copy: true, each: {conv3d: {out: {choice: [3, 4, 5]}, kernel: {choice: [1, 3]}}}}
        c: {repeat: {min: 1, max: 2}, each: {block: conv3d, out: {choice: [4, 8]}}, from: {any_below: {min: 1}}}
        d: {from: c, block: add}
        """,
        top="decisions: {unused: {choice: [1, 2]}}",
    )
)


def crossed(
    crossover: Crossover, space: SearchSpace, seed: int
) -> tuple[Genotype, Genotype, Genotype] | None:
    first, second = (space.decisions.sample(keyed_rng(seed, name)) for name in ("one", "two"))
    view = view_of(space)
    try:
        child = crossover.cross(Parent(first), Parent(second), view, keyed_rng(seed))
    except NothingToChangeError:
        return None
    return first, second, child


def test_every_stage_comes_from_one_parent() -> None:
    stages = view_of(STAGES).stages
    assert stages["a.out"] == stages["a.kernel"] == "a"
    assert (stages["b.1.out"], stages["b.repeat"]) == ("b.1", "b")
    assert stages["c_0.out"] == stages["c_1.from"] == stages["c.repeat"] == "c"
    assert stages["unused"] == "unused"
    found = 0
    for seed in range(30):
        family = crossed(ByStage(), STAGES, seed)
        if family is None:
            continue
        first, second, child = family
        for stage in set(stages.values()):
            paths = [path for path in child.by_path if stages[path] == stage]
            assert any(
                all(path not in parent or parent[path] == child[path] for path in paths)
                for parent in (first, second)
            )
        found += 1
    assert found > 20


def test_every_stream_comes_from_one_parent() -> None:
    space = everything()
    streams = view_of(space).streams
    assert streams["rgb.frames"] == streams["rgb_stem.kernel"] == "rgb"
    # What may see both inputs, and what any node may read, is neither's.
    assert streams["flow_stem.from"] == streams["width"] == streams["two_0.out"] == ""
    for seed in range(20):
        family = crossed(ByStream(), space, seed)
        if family is not None:
            first, second, child = family
            stream = [path for path in child.by_path if streams[path] == "rgb"]
            assert any(
                all(parent[path] == child[path] for path in stream) for parent in (first, second)
            )


def test_both_parents_have_a_share_in_the_child() -> None:
    for seed in range(20):
        family = crossed(ByStage(), STAGES, seed)
        if family is not None:
            first, second, child = family
            for parent in (first, second):
                assert any(child.by_path.get(path) == value for path, value in parent.values)


def test_groups_of_one_decision_are_left_to_the_uniform_crossover() -> None:
    table = DecisionTable([Decision(name, "choice", (1, 2)) for name in "abc"])
    assert not ByStage().applies(SpaceView(table))
    assert not ByStream().applies(view_of(STAGES))
    assert ByStage().applies(view_of(STAGES))
