from pathlib import Path

from nasvid.core.seeds import keyed_rng
from nasvid.lowering.load import load_space
from nasvid.search.candidates import Candidates, Prepared, Rejection

QUICKSTART = Path(__file__).parents[3] / "search_spaces" / "quickstart.yaml"


def test_members_of_a_real_space_are_within_its_budget_or_rejected_by_a_limit() -> None:
    space = load_space(str(QUICKSTART))
    candidates = Candidates.of(space)
    verdicts = [
        candidates.prepare(space.decisions.sample(keyed_rng("sample", seed))) for seed in range(60)
    ]
    prepared = [verdict for verdict in verdicts if isinstance(verdict, Prepared)]
    rejected = [verdict for verdict in verdicts if isinstance(verdict, Rejection)]
    assert prepared
    assert rejected
    assert all(p.cost.macs <= space.limits["macs"] for p in prepared)
    assert {r.reason.split(".")[0] for r in rejected} <= {"budget", "invalid"}
    assert len({p.graph_id for p in prepared}) > 1
