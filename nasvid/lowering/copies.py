"""What each of the copies of a repeated node is."""

from itertools import compress

from nasvid.lowering.call import Call
from nasvid.lowering.memo import Memo
from nasvid.lowering.site import Site
from nasvid.lowering.values import Values
from nasvid.spec.addresses import argument_path, body_path, copy_path, variant_path
from nasvid.spec.syntax import NodeSpec, Repeat, Variant


def calls_of_copies(
    node: NodeSpec, repeat: Repeat, count: int, site: Site, values: Values, memo: Memo
) -> list[Call]:
    """The copies as calls; those that are alike are one object.

    Args:
        node: What is repeated.
        repeat: How.
        count: Copies.
        site: Where; its path is the address of the node.
        values: What is chosen.
        memo: Knows which nodes count their copies.
    """
    known: dict[tuple[bool, ...], Call] = {}
    is_counting = memo.is_counting(node)
    copies: list[Call] = []
    for copy in range(count):
        covered = tuple([variant.covers(copy, count) for variant in repeat.variants])
        call = None if is_counting else known.get(covered)
        if call is None:
            variants = [*compress(repeat.variants, covered)]
            call = known[covered] = _copy(node, copy, variants, site, values)
        copies.append(call)
    return copies


def _copy(node: NodeSpec, copy: int, variants: list[Variant], site: Site, values: Values) -> Call:
    """What one of the copies is, with the variants that hold for it."""
    is_own = node.repeat is not None and node.repeat.per_copy
    at = copy_path(site.path, copy) if is_own else site.path
    scope = site.scope.with_value("i", copy)
    other = next((variant for variant in reversed(variants) if variant.block is not None), None)
    if other is None or other.block is None:
        call = values.block(node, at, scope)
        inner = body_path(at, call.name, is_fixed=node.is_fixed_block)
    else:
        owner = variant_path(site.path, other.name)
        call = values.block_of(other.block, argument_path(owner, "block"), scope)
        owner = variant_path(at, other.name)
        inner = body_path(owner, call.name, is_fixed=other.is_fixed_block)
    given = values.arguments(node.arguments, call.name, scope, at)
    for variant in variants:
        owner = variant_path(site.path, variant.name)
        given |= values.arguments(variant.arguments, call.name, scope, owner)
    return Call(call.name, call.given_with(given), inner)
