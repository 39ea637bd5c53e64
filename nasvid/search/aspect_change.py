"""What mutations have in common that change one decision of a kind, such as a kernel."""

import random
from typing import ClassVar, final

from nasvid.search.aspects import Aspect
from nasvid.search.mutation import Mutation, NothingToChangeError, with_other_value
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


class AspectChange(Mutation):
    """Gives one active decision that is about something another value, each equally likely."""

    aspect: ClassVar[Aspect]

    @final
    def applies(self, view: SpaceView) -> bool:
        return bool(view.about(self.aspect))

    @final
    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype = parent.genotype
        active = view.table.answered(genotype, view.about(self.aspect))
        if not active:
            raise NothingToChangeError(f"no active decision is about {self.aspect}.")
        return with_other_value(genotype, active, view.table, rng)
