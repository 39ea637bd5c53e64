"""All decisions of a network, found by walking every option of every use of every block.

The addresses made here and those that lowering asks for follow one rule, in `addresses.py`. A
decision may be open where nobody asks for it (a `when` may leave its node out), never the other way
round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal as OneOf

from nasvid.spec.addresses import (
    argument_path,
    body_path,
    copy_path,
    edge_path,
    item_path,
    option_path,
    variant_path,
)
from nasvid.spec.alternatives import Alternatives
from nasvid.spec.bindings import Alternative, Bound, Conditions, Site
from nasvid.spec.copy_counts import copies_of, decision_of_count
from nasvid.spec.copy_kind import CopyKind
from nasvid.spec.decision import Condition, Decision
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.element import Element
from nasvid.spec.found import in_elements, parents_first
from nasvid.spec.meaning import CLIP_KEYS, Meaning, of_input, of_node
from nasvid.spec.meanings import Meanings, has_decisions, of_item
from nasvid.spec.parse_repeats import MAX_COPIES
from nasvid.spec.presence import conditions_of, presence
from nasvid.spec.problems import Problems
from nasvid.spec.signatures import Catalogue
from nasvid.spec.source import cut
from nasvid.spec.syntax import (
    FIRST,
    BlockCall,
    Choice,
    Items,
    Member,
    Network,
    NodeSpec,
    Repeat,
    Source,
    Subset,
    ValueSpec,
    Variant,
)

MAX_DECISIONS = 20_000
MAX_BLOCK_DEPTH = 30
# Nodes, options and conditions looked at; a few seconds.
MAX_WALKED = 150_000

Role = OneOf["value", "edge", "repeat", "block"]


def enumerate_decisions(
    network: Network, catalogue: Catalogue, problems: Problems
) -> DecisionTable:
    """The table of all decisions; conditions name earlier ones."""
    meanings = Meanings(network, catalogue)
    walker = _Walker(catalogue, meanings, problems)
    scope: dict[str, Bound] = {}
    for name, value in network.decisions:
        walker.declare(value, name, (), meanings.of_named(name))
        scope[name] = Bound(value, name, (), {})
    for stream in network.inputs:
        for key in CLIP_KEYS:
            at = argument_path(stream.name, key)
            walker.declare(getattr(stream, key), at, (), of_input(key))
    site = Site("", scope)
    for node in network.nodes:
        walker.top = node
        walker.node(node, site)
    return DecisionTable(parents_first(in_elements(walker.found, walker.elements)))


class _Walker:
    def __init__(self, catalogue: Catalogue, meanings: Meanings, problems: Problems) -> None:
        self._catalogue = catalogue
        self._meanings = meanings
        self._problems = problems
        self._blocks = Alternatives(catalogue, problems)
        self._left = MAX_WALKED
        self.found: dict[str, Decision] = {}
        # By their addresses.
        self.elements: dict[str, Element] = {}
        # The node of the network that is being walked, which stands in the user's file.
        self.top: NodeSpec | None = None

    def declare(
        self,
        value: ValueSpec,
        path: str,
        conditions: Conditions,
        meaning: Meaning,
        role: Role = "value",
    ) -> None:
        """Note the decisions inside a value."""
        if isinstance(value, Items):
            for position, item in enumerate(value.items):
                at = item_path(path, position)
                self.declare(item, at, conditions, of_item(meaning, position, len(value.items)))
        elif isinstance(value, BlockCall):
            for name, argument in value.arguments:
                param = self._blocks.parameter(value.block, name)
                at = argument_path(path, param)
                inner = self._meanings.of_parameter(value.block, param)
                self.declare(argument, at, conditions, inner)
        elif isinstance(value, Subset):
            self._add(
                Decision(
                    path,
                    "subset",
                    tuple(label for label, _ in value.options),
                    role=role,
                    least=value.least,
                    most=value.most,
                    conditions=conditions,
                    mark=value.mark,
                    meaning=meaning,
                )
            )
            self._spend(len(value.options), path)
            for label, option in value.options:
                self.declare(option, option_path(path, label), (Condition(path, label),), meaning)
        elif isinstance(value, Choice):
            is_call = any(isinstance(option, BlockCall) for _, option in value.options)
            self._add(
                Decision(
                    path,
                    "choice",
                    value.labels,
                    is_ordered=value.is_ordered,
                    role="block" if is_call else role,
                    numbers=value.numbers,
                    conditions=conditions,
                    mark=value.mark,
                    meaning=meaning,
                )
            )
            self._spend(len(value.options), path)
            for label, option in () if value.is_flat else value.options:
                self.declare(option, option_path(path, label), (Condition(path, label),), meaning)

    def node(self, node: NodeSpec, site: Site) -> None:
        """Note the decisions of a node and of whatever blocks it may be."""
        path = site.address(node)
        self._spend(1, path)
        if site.depth > MAX_BLOCK_DEPTH:
            self._stop(path, f"blocks stand in blocks more than {MAX_BLOCK_DEPTH} deep.")
        if node.member is not None:
            site = self._where_member(node.member, path, site)
        there, gone = self._where_present(node, path, site)
        if node.source is not None:
            self._source(node.source, path, there if node.vanishes else site)
        self._placed(node, path, there)
        if node.otherwise is not None:
            self._placed(node.otherwise, variant_path(path, "otherwise"), gone)

    def _placed(self, node: NodeSpec, path: str, site: Site) -> None:
        if node.repeat is None:
            self._instance(node, path, (CopyKind(),), site)
        else:
            self._copies(node, node.repeat, path, site)

    def _where_member(self, member: Member, address: str, site: Site) -> Site:
        """The site where a level has enough nodes for the one at this address."""
        path = site.below(member.level)
        at = argument_path(path, "repeat")
        self.declare(member.count, at, site.conditions, of_node("repeat"), "repeat")
        count = site.bound(member.count, at)
        self.elements[address] = Element(
            address, path, member.index, decision_of_count(count), is_parallel=True
        )
        return self._where(count, path, site, lambda o: (copies_of(o) or 0) > member.index)

    def _where_present(self, node: NodeSpec, path: str, site: Site) -> tuple[Site, Site]:
        """The site under the choices that leave the node in, and under those that do not."""
        if node.when is None:
            return site, site
        at = argument_path(path, "when")
        if has_decisions(node.when):
            name = "branch" if node.vanishes else "when"
            switched = (node.name, *self._meanings.blocks_of(node.block))
            self.declare(node.when, at, site.conditions, of_node(name, switched))
        conditions = conditions_of(site.bound(node.when, at))
        there = gone = site
        for condition in conditions:
            there = self._where_verdict(condition, path, there, is_there=True)
        # Several conditions fail in several ways: what stands there then is always open.
        if len(conditions) == 1:
            gone = self._where_verdict(conditions[0], path, site, is_there=False)
        return there, gone

    def _where_verdict(self, condition: Bound, path: str, site: Site, *, is_there: bool) -> Site:
        """The site where a condition may be true, or false."""
        chosen, verdict = presence(condition)
        return self._where(chosen, path, site, lambda o: verdict(o) is not (not is_there))

    def _copies(self, node: NodeSpec, repeat: Repeat, path: str, site: Site) -> None:
        """Note the decisions of a node that is repeated."""
        at = argument_path(path, "repeat")
        self.declare(repeat.count, at, site.conditions, of_node("repeat"), "repeat")
        count = site.bound(repeat.count, at)
        some = self._where(count, path, site, lambda o: copies_of(o) != 0)
        # A copy may be any combination of these: the only one is the first and the last at once.
        later, all_copies = [CopyKind()], [CopyKind()]
        for variant in repeat.variants:
            change = self._variation(variant, node, path, some)
            all_copies += [variation.then(change) for variation in all_copies]
            if variant.name != FIRST:
                later += [variation.then(change) for variation in later]
        if not repeat.per_copy:
            self._instance(node, path, all_copies, some)
            return
        most = self._most_copies(count)
        if most is None:
            message = (
                "per_copy needs a repeat that is a number or a choice of numbers, at most "
                f"{MAX_COPIES}."
            )
            self._problems.add(node.mark, path, message)
            return
        for copy in range(most):
            address = copy_path(path, copy)
            self.elements[address] = Element(
                address, path, copy, decision_of_count(count), is_parallel=False
            )
            opened = self._where(count, path, site, lambda o, c=copy: (copies_of(o) or 0) > c)
            self._instance(node, address, later if copy else all_copies, opened)

    def _variation(self, variant: Variant, node: NodeSpec, path: str, site: Site) -> CopyKind:
        owner = variant_path(path, variant.name)
        blocks = self._meanings.blocks_of(variant.block or node.block)
        for name, value in variant.arguments:
            if has_decisions(value):
                meaning = self._meanings.of_argument(blocks, name)
                self.declare(value, argument_path(owner, name), site.conditions, meaning)
        given = [(name, owner, value) for name, value in variant.arguments]
        if variant.block is None:
            return CopyKind(given)
        at = argument_path(owner, "block")
        self.declare(variant.block, at, site.conditions, of_node("block"), "block")
        return CopyKind(given, variant, site.bound(variant.block, at))

    def _most_copies(self, count: Bound) -> int | None:
        bound = count.resolved()
        if bound is None:
            return None
        value = bound.value
        options = [option for _, option in value.options] if isinstance(value, Choice) else [value]
        counts = [copies_of(option) for option in options]
        known = [number for number in counts if number is not None and number <= MAX_COPIES]
        return max(known) if len(known) == len(counts) else None

    def _where(
        self, bound: Bound, path: str, site: Site, keep: Callable[[ValueSpec], bool]
    ) -> Site:
        """The site where a choice, if it is one, has taken an option that is kept."""
        found = bound.resolved()
        if found is None or not isinstance(found.value, Choice):
            return site
        options = found.value.options
        kept = [label for label, option in options if keep(option)]
        self._spend(len(options), path)
        if not kept or len(kept) == len(options):
            return site
        within = found.within(site.conditions)
        return replace(
            site, conditions=tuple(Condition(found.path, label, within) for label in kept)
        )

    def _source(self, source: Source, path: str, site: Site) -> None:
        at = argument_path(path, "from")
        conditions = site.conditions
        refs = tuple(edge.ref for edge in source.edges)
        if source.kind != "all":
            is_one = source.kind == "one"
            self._add(
                Decision(
                    at,
                    "choice" if is_one else "subset",
                    refs,
                    role="edge",
                    least=0 if is_one else source.least,
                    most=0 if is_one else source.most,
                    conditions=conditions,
                    mark=source.mark,
                    meaning=of_node("from"),
                )
            )
        if source.merge is not None:
            merging = of_node("merge")
            self.declare(source.merge, argument_path(path, "merge"), conditions, merging)
        for edge in source.edges:
            opened = conditions if source.kind == "all" else (Condition(at, edge.ref),)
            where = edge_path(path, edge.ref)
            if edge.gate is not None:
                self.declare(edge.gate, argument_path(where, "gate"), opened, of_node("gate"))
            inner = Site(where, site.scope, opened, site.depth + 1)
            for step in edge.steps:
                self.node(step, inner)

    def _instance(
        self, node: NodeSpec, path: str, variations: Sequence[CopyKind], site: Site
    ) -> None:
        """Note the decisions of one instance in each of its variations."""
        at = argument_path(path, "block")
        usual: list[Alternative] = []
        if any(variation.block is None for variation in variations):
            self.declare(node.block, at, site.conditions, of_node("block"), "block")
            usual = list(self._blocks.named_by(site.bound(node.block, at), site.conditions))
        blocks = [alternative.call.block for alternative in usual]
        for name, value in node.arguments:
            # The short form has one block, so all alternatives agree on its first parameter.
            resolved = self._blocks.parameter(blocks[0], name) if blocks else name
            if has_decisions(value):
                meaning = self._meanings.of_argument(blocks, name)
                self.declare(value, argument_path(path, resolved), site.conditions, meaning)
        arguments = [(name, path, value) for name, value in node.arguments]
        for variation in variations:
            owner, is_fixed, alternatives = path, node.is_fixed_block, usual
            if variation.block is not None and variation.owner is not None:
                owner = variant_path(path, variation.owner.name)
                is_fixed = variation.owner.is_fixed_block
                alternatives = self._blocks.named_by(variation.block, site.conditions)
            for alternative in alternatives:
                block = alternative.call.block
                if block not in self._catalogue.blocks:
                    continue
                inner = body_path(owner, block, is_fixed=is_fixed)
                body = Site(inner, site.scope, alternative.conditions, site.depth + 1)
                given = self._blocks.bound_arguments(alternative)
                for name, giver, value in (*arguments, *variation.given):
                    param = self._blocks.parameter(block, name)
                    given[param] = site.bound(value, argument_path(giver, param))
                self._body(block, given, body)

    def _body(self, name: str, given: Mapping[str, Bound], site: Site) -> None:
        block = self._catalogue.blocks[name]
        # Of the names around it a block sees those alone that are shared by all of the network.
        scope = {key: bound for key, bound in site.scope.items() if bound.path == key}
        for param in block.params:
            if param.name in given:
                scope[param.name] = given[param.name]
            elif param.default is not None:
                at = argument_path(site.path, param.name)
                if has_decisions(param.default):
                    meaning = self._meanings.of_parameter(name, param.name)
                    self.declare(param.default, at, site.conditions, meaning)
                scope[param.name] = Bound(param.default, at, site.conditions, dict(scope))
        inner = replace(site, scope=scope)
        for node in block.nodes:
            self.node(node, inner)

    def _add(self, decision: Decision) -> None:
        known = self.found.get(decision.path)
        if known is None:
            self.found[decision.path] = decision
            if len(self.found) > MAX_DECISIONS:
                self._note(decision, f"there are more than {MAX_DECISIONS} decisions.")
                self._problems.raise_any()
        elif known.mark != decision.mark:
            self._note(decision, "two decisions have this address; rename a node or parameter.")
        elif (known.conditions, known.meaning) != (decision.conditions, decision.meaning):
            # One use reached in two ways is open if either is.
            both = dict.fromkeys((*known.conditions, *decision.conditions))
            is_always = not known.conditions or not decision.conditions
            conditions = () if is_always else tuple(both)
            meaning = known.meaning.joined(decision.meaning)
            self.found[decision.path] = replace(known, conditions=conditions, meaning=meaning)

    def _spend(self, number: int, path: str) -> None:
        # Blocks in blocks grow by powers; a short file must not keep us busy for ever.
        self._left -= number
        if self._left < 0:
            message = f"the network grows beyond {MAX_WALKED} nodes, options and conditions."
            self._stop(path, message)

    def _stop(self, path: str, message: str) -> None:
        if self.top is not None:
            self._problems.add(self.top.mark, cut(path, 200), message)
        self._problems.raise_any()

    def _note(self, decision: Decision, message: str) -> None:
        if decision.mark is not None:
            self._problems.add(decision.mark, decision.path, message)
