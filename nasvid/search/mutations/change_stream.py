"""Change a stream: what it shows, how fast, how large.

Source: Piergiovanni et al. 2019, Tiny Video Networks, https://arxiv.org/abs/1910.06961 (frames, frame
stride and image size as genes); Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209
(streams of several modalities and rates).
"""

import random
from typing import final

from nasvid.search.mutation import (
    MUTATIONS,
    Mutation,
    NothingToChangeError,
    with_other_value,
)
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, Genotype


@MUTATIONS.add
@final
class ChangeStream(Mutation):
    """Changes the rate or resolution of one stream, or which input it begins with."""

    def applies(self, view: SpaceView) -> bool:
        return bool(_decisions(view))

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype = parent.genotype
        active = view.table.answered(genotype, _decisions(view))
        if not active:
            raise NothingToChangeError("no active decision is about a stream.")
        return with_other_value(genotype, active, view.table, rng)


def _decisions(view: SpaceView) -> list[Decision]:
    inputs = set(view.outline.inputs)
    modality = [
        edges.decision
        for edges in view.edges
        if edges.node and inputs.issuperset(map(str, edges.decision.options))
    ]
    return [*view.about("rate"), *view.about("resolution"), *modality]
