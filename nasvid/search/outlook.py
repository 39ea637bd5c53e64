"""Where a search stands for who looks at it in between; to look changes no job that comes later."""

from nasvid.search.guide import Guide
from nasvid.search.history import History, Result
from nasvid.search.objectives import Objectives
from nasvid.search.posterior import Vector
from nasvid.search.standings import Standings
from nasvid.spec.sections import SearchSettings


class Outlook:
    """What is best by all results that are there, those among them that the next job must not see.

    Args:
        history: Jobs and results.
        guide: Which has learned from the results that were folded in.
        objectives: Reads scores.
        settings: How to search.
        seeks_front: Whether the algorithm looks for a front.
    """

    def __init__(
        self,
        history: History,
        guide: Guide,
        objectives: Objectives,
        settings: SearchSettings,
        *,
        seeks_front: bool,
    ) -> None:
        self._history = history
        self._guide = guide
        self._objectives = objectives
        self._settings = settings
        self._seeks_front = seeks_front
        # Results that were told when somebody looked last, and the guide with all of them.
        self._informed: tuple[int, Guide] | None = None

    def incumbent(self) -> Result | None:
        """What would win if the search ended now.

        The best by the posterior mean of the model of the scores where it guides, else by that of
        the scores alone; not the luckiest single draw.
        """
        standings = self._standings()
        # The model knows nothing of levels of promotion.
        if standings.epochs is None and (leaders := self._informed_guide().leaders()):
            return leaders[0]
        ranked = standings.ranked()
        return ranked[0].first if ranked else None

    def front(self) -> list[Result]:
        """The front of all objectives, by the same means; lucky draws push no others out of it."""
        standings, front = self._standings(), list[tuple[Result, Vector]]()
        if self._seeks_front and standings.epochs is None:
            front = self._informed_guide().front()
        return [first for first, _ in front or standings.front()]

    def _informed_guide(self) -> Guide:
        """The guide as it would be if it had learned from all results that are there."""
        history, guide = self._history, self._guide
        if self._informed is not None and self._informed[0] == history.num_told:
            return self._informed[1]
        later = range(history.num_folded, len(history.jobs))
        unseen = [history.result(number) for number in later if history.is_told(number)]
        if unseen or not guide.is_informed:
            guide = guide.informed(unseen)
            self._informed = history.num_told, guide
        return guide

    def _standings(self) -> Standings:
        settings = self._settings
        closing = settings.finalists, settings.repeats
        standings = Standings(self._objectives, settings.rungs, closing)
        for result in self._history.results():
            standings.fold(result)
        return standings
