"""A small space in which every operator finds something to change, and views of spaces."""

from functools import cache

from nasvid.core.seeds import keyed_rng
from nasvid.search.candidates import Candidates
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype
from nasvid.spec.outline import outline_of
from nasvid.spec.search_space import SearchSpace
from tests.spaces import load_text, small

EVERYTHING = small(
    """
    rgb_stem: {from: rgb, conv3d: {out: =width, kernel: {choice: [1, 3]}, temporal_kernel: {choice: [1, 3]}, stride: {choice: [1, 2]}}}
    flow_stem: {from: {choice: [rgb, flow]}, conv3d: {out: 4, stride: 2}}
    one:
      repeat: {min: 2, max: 4}
      each: {block: dilated, out: {choice: [4, 8, 12, 16]}, dilation: {choice: [1, 2]}}
      from: {any_below: {min: 1, max: 2}, merge: gated_sum}
      totals: {out: 16}
    two:
      repeat: {min: 1, max: 3}
      each: {block: {choice: [conv2d, conv3d]}, out: {choice: [4, 8]}}
      from: {any_below: {min: 1, max: 3}, merge: gated_sum}
    extra: {from: two_0, when: {choice: [true, false]}, otherwise: nothing, conv3d: {out: 8}}
    chain: {from: {any_of: [two_0, two_1, two_2, extra, flow_stem], min: 1}, merge: add, repeat: {min: 1, max: 3}, per_copy: true, each: {block: unit, factor: {choice: [1, 2, 3]}}}
    gate: {squeeze_excite: {ratio: {choice: [0.25, 0.5]}}, when: {choice: [true, false]}}
    """,
    top="""
decisions: {width: {choice: [4, 8, 12]}}
blocks:
  dilated:
    params: {out: 4, dilation: 1}
    body: [{conv_norm: {out: =out, kernel: [3, 1, 1], dilation: [=dilation, 1, 1]}}]
  unit:
    params: {factor: 1, skip: {choice: [true, false]}}
    nodes:
      wide: {from: in, conv_norm: {out: =width * factor}}
      narrow: {from: wide, conv_norm: {out: =in.channels}}
      shortcut: {from: in, when: =skip, otherwise: nothing, block: identity}
      sum: {from: [narrow, shortcut], block: add}
budget: {macs: 200K}
""",
    inputs="""
rgb: {frames: {choice: [4, 8]}, size: {choice: [8, 16]}},
flow: {modality: flow, frames: 4, size: 8}
""".strip().replace("\n", " "),
)


@cache
def everything() -> SearchSpace:
    """The space."""
    return load_text(EVERYTHING)


def view_of(space: SearchSpace) -> SpaceView:
    """All that operators may know of a space."""
    candidates = Candidates.of(space)
    return SpaceView(
        space.decisions,
        space.limits,
        candidates.measure,
        candidates.identify,
        outline_of(space.network),
    )


def member(space: SearchSpace, seed: int = 0, **chosen: object) -> Genotype:
    """A member with these choices; dots of addresses are double underscores."""
    values = {path.replace("__", "."): value for path, value in chosen.items()}
    return space.choose(values, {}).decisions.sample(keyed_rng("member", seed))


def parent_of(space: SearchSpace, seed: int = 0, **chosen: object) -> Parent:
    """The same as a parent."""
    return Parent(member(space, seed, **chosen))
