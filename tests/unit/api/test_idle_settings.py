"""Settings that were asked for and have no effect."""

import warnings
from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.api.idle_settings import check_idle
from nasvid.core.errors import NasvidError, SpaceError
from tests.command_line import TINY_SPACE, call, call_ok, write
from tests.user_evaluations import by_params

SPACES = Path(__file__).parents[3] / "search_spaces"
SHIPPED = sorted(path.name for path in SPACES.glob("*.yaml"))
BY_PARAMS = ("--evaluate", "tests.user_evaluations:by_params", "--executor", "inline")
INLINE = nasvid.Machine(executor="inline")


def with_settings(folder: Path, settings: str) -> Path:
    return write(folder / "space.yaml", TINY_SPACE.replace("search: {", f"search: {{{settings}, "))


def idle(space: nasvid.SearchSpace, no_final_split: str = "") -> tuple[str, ...]:
    return check_idle(space.spec, space.by_hand, no_final_split)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            "mutations: {add_stream: 1, resample_decision: 1}",
            (
                "mutations.add_stream: can change nothing in this space, so it is never "
                "drawn. What it does: Lets some node read a stream"
            ),
        ),
        (
            "crossover_share: 0.2, crossovers: {by_stream: 1, uniform: 1}",
            "crossovers.by_stream: can change nothing in this space",
        ),
        ("crossovers: {uniform: 1}", "crossovers: has no effect where crossover_share"),
        (
            "algorithm: optuna_tpe, mutations: {resample_decision: 1}",
            (
                "mutations: has no effect with optuna_tpe; leave it out, or take one of "
                "aging_evolution, archive_evolution, nsga2, worst_dies_evolution."
            ),
        ),
        (
            "algorithm: random_search, crossover_share: 0.2",
            "crossover_share: has no effect with random_search;",
        ),
        (
            "algorithm: local_search, mutation_count: 2",
            "mutation_count: has no effect with local_search;",
        ),
        (
            "algorithm: nsga2, surrogate: {pool: 9}",
            (
                "surrogate: has no effect with nsga2, which no model guides; leave it out, "
                "or take one of aging_evolution, archive_evolution."
            ),
        ),
        (
            "surrogate: {after: 4}",
            "surrogate.after: got 4, where candidates is 4: the model never guides.",
        ),
        ("surrogate: false, repeat_share: 0.3", "repeat_share: has no effect but where"),
        ("repeat_share: 0.3", "repeat_share: has no effect where candidates is 4:"),
        ("reduction: 4", "reduction: has no effect without rungs;"),
        ("rungs: [2]", "rungs: got [2]: from one level nobody is promoted."),
        (
            "rungs: [1, 2], reduction: 9",
            "reduction: got 9, where candidates is 4: nobody is promot",
        ),
        (
            "surrogate: {share: 0, pool: 9}",
            "surrogate.pool: has no effect where surrogate.share is 0; leave it out.",
        ),
        (
            "objective: macs, algorithm: nsga2",
            "algorithm: looks for a front, and macs is the only objective, so the front is one",
        ),
    ],
)
def test_a_setting_of_a_file_is_told_with_its_place(
    tmp_path: Path, settings: str, told: str
) -> None:
    path = with_settings(tmp_path, settings)
    found = [text for text in idle(nasvid.load(path)) if "search.tournament" not in text]
    assert len(found) == 1
    key = told.partition(":")[0]
    name = key.rpartition(".")[2]
    column = 1 + len("search: {") + settings.index(f"{name}: ") + len(f"{name}: ")
    assert found[0].startswith(f"{path}:15:{column}: search.{told}")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tournament": 3, "algorithm": "nsga2"}, "tournament: has no effect with nsga2;"),
        ({"mutations": {"merge": 1.0, "resample_decision": 1.0}}, "mutations.merge: can change"),
        ({"window": 4}, "window: got 4, where candidates is 4: no job sees the result of another"),
        ({"finalists": 2, "repeats": 0}, "finalists: has no effect where repeats is 0;"),
        (
            {"population": 8},
            (
                "population: got 8, where candidates is 4: so many first ones are drawn at random, so "
                "all of them are"
            ),
        ),
    ],
)
def test_a_setting_that_is_given_by_hand_is_told_by_its_name(
    space: nasvid.SearchSpace, settings: dict[str, Any], told: str
) -> None:
    (found,) = idle(space.with_search(**settings).with_search())
    assert found.startswith(told)


def test_a_population_as_large_as_the_candidates_asked_for_is_told_at_its_place(
    space: nasvid.SearchSpace,
) -> None:
    (found,) = idle(space.with_search(candidates=2))
    assert found.startswith(f"{space.spec.file}:15:22: search.population: got 2, where candidates")
    assert idle(space.with_search(candidates=2, algorithm="random_search")) == ()


def test_a_default_population_is_told_where_few_candidates_are_asked_for(tmp_path: Path) -> None:
    text = TINY_SPACE.replace("population: 2, ", "")
    (found,) = idle(nasvid.load(write(tmp_path / "space.yaml", text)))
    assert found.startswith("population: got 16, where candidates is 4:")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("mutations: {add_stream: 1, merge: 2}", "15:21: search.mutations: got add_stream, merge"),
        (
            "crossover_share: 0.5, crossovers: {by_stream: 1}",
            (
                "15:44: search.crossovers: got by_stream, which can change nothing in this space. Name "
                "others, or leave crossovers out for the default mix."
            ),
        ),
    ],
)
def test_operators_of_which_none_has_an_effect_are_refused(
    tmp_path: Path, settings: str, told: str
) -> None:
    path = with_settings(tmp_path, settings)
    for words in (("check", path), ("search", path, *BY_PARAMS, "--dry-run")):
        called = call(*words)
        assert called.status == 2
        assert f"{path}:{told}" in called.err
    with pytest.raises(SpaceError, match="can change nothing in this space"):
        idle(nasvid.load(path))


def test_operators_given_by_hand_are_refused_without_a_place(space: nasvid.SearchSpace) -> None:
    with pytest.raises(NasvidError, match=r"^mutations: got merge, which can change"):
        idle(space.with_search(mutations={"merge": 1.0}, algorithm="nsga2"))


def test_a_mutation_that_aims_at_a_budget_is_told_where_there_is_none(tmp_path: Path) -> None:
    settings = "mutations: {scale_to_budget: 1, resample_decision: 1}"
    text = TINY_SPACE.replace("search: {", f"search: {{{settings}, ")
    ordered = text.replace("12]}", "12], ordered: true}")
    assert idle(nasvid.load(write(tmp_path / "with.yaml", ordered))) == ()
    without = write(tmp_path / "without.yaml", ordered.replace("budget: {macs: 2M}\n", ""))
    (found,) = idle(nasvid.load(without))
    assert found.startswith(f"{without}:14:39: search.mutations.scale_to_budget: can change")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_spaces_have_no_setting_without_effect(name: str) -> None:
    space = nasvid.load(SPACES / name)
    assert idle(space, "an evaluate function without data has one split, its own") == ()
    assert idle(space.with_search(algorithm="random_search", repeats=0)) == ()


def test_defaults_are_not_told_even_where_an_inlined_file_states_them(
    space: nasvid.SearchSpace, space_file: Path, tmp_path: Path
) -> None:
    assert idle(space, "no such split") == ()
    path = tmp_path / "whole.yaml"
    call_ok("inline", space_file, "-o", path)
    whole = nasvid.load(path).with_search(algorithm="nsga2")
    assert "surrogate:" in path.read_text()
    assert idle(whole, "no such split") == ()


def test_a_recipe_is_told_where_a_function_of_ones_own_evaluates(tmp_path: Path) -> None:
    text = TINY_SPACE.replace("epochs: 1", "epochs: 1, batch_size: 8, lr: 0.1, optimizer: adamw")
    path = write(tmp_path / "space.yaml", text)
    called = call_ok("search", path, *BY_PARAMS, "--dry-run")
    assert (
        f"warning: {path}:16:11: training: got batch_size, lr, without effect on what an evaluate "
        "function scores: of these settings it is handed epochs alone. Set them in the function.\n"
    ) in called.out
    epochs_alone = write(tmp_path / "epochs.yaml", TINY_SPACE)
    assert "warning" not in call_ok("search", epochs_alone, *BY_PARAMS, "--dry-run").out


def test_what_is_of_no_use_to_another_algorithm_is_told_but_not_every_number(
    tmp_path: Path,
) -> None:
    space = nasvid.load(with_settings(tmp_path, "mutations: {resample_decision: 1}"))
    (found,) = idle(space.with_search(algorithm="random_search"))
    assert "search.mutations: has no effect with random_search" in found


def test_a_final_split_that_there_is_not_is_told_before_the_search(
    tmp_path: Path, space: nasvid.SearchSpace
) -> None:
    with pytest.warns(nasvid.SettingsWarning) as warned:
        nasvid.search(
            space, run=tmp_path / "run", evaluate=by_params, machine=INLINE, final_split="test"
        )
    assert [str(warning.message) for warning in warned] == [
        (
            "final_split: got 'test', but has no effect: an evaluate function without data has one "
            "split, its own."
        )
    ]
    # It points at the call, not into the package.
    assert warned[0].filename == __file__


def test_commands_tell_before_anything_runs(tmp_path: Path) -> None:
    path = with_settings(tmp_path, "crossovers: {uniform: 1}")
    told = f"{path}:15:22: search.crossovers: has no effect where crossover_share is 0; set that"
    assert f"  warning  {told}" in call_ok("check", path).out
    assert call_ok("check", path, "--json").json["warnings"][0].startswith(told)
    words = ("search", path, *BY_PARAMS, "--out", tmp_path / "run")
    assert f"\nwarning: {told}" in call_ok(*words, "--dry-run").out
    assert call_ok(*words, "--dry-run", "--json").json["warnings"][0].startswith(told)
    called = call_ok(*words, "--json")
    assert called.err.startswith(f"warning: {told}")
    assert called.json["state"] == "complete"


def test_a_model_that_no_job_waits_for_is_told() -> None:
    """Eight scores are there when job 23 is asked for: half of those that it takes."""
    given: dict[str, Any] = {"candidates": 23, "window": 16, "surrogate": {"after": 16}}
    with pytest.warns(
        nasvid.SettingsWarning, match="candidates is 23 and window 16: the model never"
    ):
        nasvid.AskTell(SPACES / "nas_bench_201.yaml", **given)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        nasvid.AskTell(SPACES / "nas_bench_201.yaml", **given | {"candidates": 24})
    assert not any("the model never guides" in str(warning.message) for warning in told)
