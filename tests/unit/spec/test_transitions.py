"""What an automaton makes of values: as when it is asked for each of them."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, final

from nasvid.core.seeds import keyed_rng
from nasvid.spec.automaton import Automaton
from nasvid.spec.decision import Decision, DecisionValue, Scalar
from nasvid.spec.transitions import Transitions
from nasvid.spec.ways import Ways


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost(Automaton):
    """So many subsets have `a`; notes what it is asked for."""

    most: int
    asked: list[object] = field(default_factory=list[object], compare=False)

    def start(self) -> Hashable:
        return 0

    def step(self, state: Any, path: str, value: DecisionValue) -> Hashable | None:
        self.asked.append((state, path, value))
        count = state + ("a" in value if isinstance(value, tuple) else value == "a")
        return count if count <= self.most else None

    def accepts(self, state: Hashable) -> bool:
        return True

    def mentions(self, path: str) -> tuple[Scalar, ...]:
        return ("a",)


SUBSETS = [Decision(f"d{k}", "subset", tuple("abcdefgh"), most=8) for k in range(3)]


def make(most: int = 1) -> tuple[Transitions, AtMost]:
    automaton = AtMost(paths=tuple(decision.path for decision in SUBSETS), most=most)
    return Transitions(automaton, SUBSETS), automaton


def test_values_between_which_there_is_no_difference_are_one_case() -> None:
    transitions, _ = make()
    assert [case.number for case in transitions.cases(0)] == [128, 128]
    assert transitions.place(0, ("b", "c")) != transitions.place(0, ("a", "c"))
    assert transitions.place(0, ()) == transitions.place(0, ("h",))
    assert not transitions.has_more_than(2, 0)
    assert transitions.has_more_than(1, 0)


def test_true_and_one_are_two_cases() -> None:
    decision = Decision("d", "choice", (1, True, 1.0))
    transitions = Transitions(AtMost(paths=("d",), most=1), [decision])
    assert [transitions.place(0, value) for value in decision.options * 2] == [0, 1, 2] * 2


def test_the_automaton_is_asked_once_for_each_case() -> None:
    transitions, automaton = make()
    first = transitions.after(1, 1)
    assert sorted(map(str, first)) == ["1", "None"]
    num_asked = len(automaton.asked)
    assert transitions.after(1, 1) is first
    for k in range(3):
        Ways(transitions, {"d0": ("b",), "d1": ("a",)}, {"d2": ("c",) * k})
    # Of the pinned value alone it is asked anew.
    assert num_asked == 2
    again = [asked for asked in automaton.asked if asked[1] != "d2"]  # type: ignore[index]
    assert len(again) == len(set(again))


def test_a_pinned_subset_stays_as_it_is() -> None:
    transitions, _ = make()
    pinned: dict[str, DecisionValue] = {"d1": ("a", "c", "h")}
    for seed in range(20):
        drawn = Ways(transitions, {"d0": ("a", "b")}, pinned).draw(keyed_rng(seed))
        assert drawn is not None
        assert drawn["d1"] == ("a", "c", "h")
        assert "a" not in str(drawn["d0"])
    assert Ways(transitions, {}, {"d0": ("a",), "d1": ("a",)}).draw(keyed_rng(0)) is None


def test_what_is_no_value_is_no_case_and_is_changed() -> None:
    decisions = [Decision(f"d{k}", "choice", ("a", "b")) for k in range(2)]
    transitions = Transitions(AtMost(paths=("d0", "d1"), most=1), decisions)
    strange: list[object] = [99, True, "c", ("a",), {}, []]
    for value in strange:
        assert transitions.place(0, value) == -1  # type: ignore[arg-type]
    drawn = Ways(transitions, {"d0": 99, "d1": "a"}, {}).draw(keyed_rng(0))
    assert drawn == {"d0": "b", "d1": "a"}
