"""Random decision tables; apart from the fakes, which start in many processes."""

from hypothesis import strategies as st

from nasvid.spec.decisions import Condition, Decision, DecisionTable


@st.composite
def tables(draw: st.DrawFn) -> DecisionTable:
    """Decision tables of all kinds of decisions, some hanging on others."""
    decisions: list[Decision] = []
    for index in range(draw(st.integers(1, 6))):
        options = tuple(draw(st.lists(_OPTIONS, min_size=1, max_size=4, unique_by=repr)))
        conditions: tuple[Condition, ...] = ()
        if decisions and draw(st.booleans()):
            parent = draw(st.sampled_from(decisions))
            conditions = (Condition(parent.path, draw(st.sampled_from(parent.options))),)
        is_subset = draw(st.booleans())
        least = draw(st.integers(0, len(options))) if is_subset else 0
        decisions.append(
            Decision(
                f"d{index}",
                "subset" if is_subset else "choice",
                options,
                is_ordered=draw(st.booleans()),
                role=draw(st.sampled_from(("value", "edge"))),
                least=least,
                most=draw(st.integers(least, len(options))) if is_subset else 0,
                conditions=conditions,
            )
        )
    return DecisionTable(decisions)


_OPTIONS = st.one_of(st.integers(0, 5), st.booleans(), st.sampled_from(("a", "b", "c")), st.none())
