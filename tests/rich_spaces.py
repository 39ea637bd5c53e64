"""Spaces that together use every construct of the language that has decisions."""

from tests.spaces import small

_TWO = """
rgb: {frames: {choice: [4, 8]}, size: 8},
flow: {frames: 4, frame_stride: {choice: [1, 2]}, size: 8}
""".strip().replace("\n", " ")

_VALUES = small(
    """
    a:
      conv:
        out: {choice: [4, =width, {choice: [5, 6]}]}
        kernel: [{choice: [1, 3]}, 3, {choice: [1, 3]}]
    b: {conv: {integer: {min: 3, max: 9, step: 3}}}
    c:
      block: conv
      out: =width
      bias: {choice: [false, true]}
      kernel: {choice: [[1, 3, 3], 3, 1]}
    d: {max_pool: {choice: {small: 1, big: {choice: [[3, 1, 1], [1, 3, 3]]}}}}
    """,
    top="decisions: {width: {choice: {narrow: 4, wide: {integer: {min: 8, max: 10}}}}}",
)

_BLOCKS = small(
    """
    a: {block: {choice: [conv2d, {conv3d: {kernel: {choice: [1, 3]}, out: {choice: [3, 4]}}}]}}
    b: {block: {choice: {fast: {conv2d: {stride: {choice: [1, 2]}}}, slow: conv2d}}, out: 5}
    c:
      block: outer
      op: {choice: {plain: inner, given: {inner: {kernel: {choice: [1, 3]}}}, none: relu}}
    d: {block: =op}
    e: {block: {choice: [outer, relu]}}
    f: {outer: {op: =op}}
    """,
    top="""
decisions: {op: {choice: [conv2d, {inner: {gate: {choice: [true, false]}}}]}}
blocks:
  inner:
    params: {kernel: {choice: [1, 3, 5]}, gate: true}
    body:
      - {conv2d: {kernel: =kernel, activation: {choice: [relu, silu]}}}
      - {squeeze_excite: {ratio: {choice: [0.25, 0.5]}}, when: =gate}
  outer:
    params: {op: {choice: [conv2d, inner]}}
    nodes:
      first: {from: in, block: =op}
      second: {from: first, block: {choice: {same: =op, other: relu}}}
      sum: {from: [in, second], block: add}
""",
)

_REPEATS = small(
    """
    a: {repeat: {min: 0, max: 3}, conv: {out: {choice: [3, 4]}}}
    b: {repeat: {choice: [1, 3]}, per_copy: true, each: {block: {choice: [conv2d, relu]}}}
    c:
      repeat: {min: 0, max: 2}
      per_copy: true
      each: {block: conv2d, out: {choice: [3, 4]}}
      first: {stride: {choice: [1, 2]}, out: 5}
      last: {kernel: {choice: [1, 3]}}
    d:
      repeat: =copies
      per_copy: true
      each: {unit: {}}
      last: {op: {choice: [conv2d, conv3d]}}
    e: {repeat: 2, each: {block: unit}, first: {op: chosen}, last: {depth: {choice: [1, 3]}}}
    f: {repeat: 1, each: {block: unit}, first: {op: chosen}, last: {op: conv2d, depth: 2}}
    g: {repeat: 2, each: {block: chain}, first: {depth: 3}}
    h: {repeat: {min: 1, max: 2}, per_copy: true, each: {block: unit}, first: {op: chosen}}
    """,
    top="""
decisions: {copies: {choice: [1, 2, 4]}}
blocks:
  chosen: {body: [{conv2d: {kernel: {choice: [1, 3]}}}]}
  unit:
    params: {op: relu, depth: 1}
    body:
      - {block: =op}
      - {repeat: =depth, conv: {out: {choice: [3, 4]}, bias: =i > 0}}
  chain:
    params: {depth: 1}
    body: [{repeat: =depth, per_copy: true, conv: {choice: [3, 4]}}]
""",
)

_EDGES = small(
    """
    a: {from: rgb, conv2d: {out: 4}}
    b:
      from: {node: flow, subsample_frames: {choice: [1, 2]}, conv: {out: {choice: [2, 3]}}}
      conv3d: {out: 4}
    c: {from: {choice: [a, {node: b, max_pool: {choice: [1, 2]}}]}, block: relu}
    d:
      from: {any_of: [a, b, {node: c, gate: {choice: [0.5, null]}}], min: 1, max: 2}
      merge: {choice: [gated_sum, add, mean]}
      block: relu
    e: {from: {any_earlier: {min: 2, max: 3}}, merge: =merge, block: relu}
    f:
      from: [a, e]
      merge: {choice: [concat, multiply]}
      block: relu
      when: {choice: [true, false]}
    g: {from: {choice: [e, f]}, block: {choice: [conv2d, relu]}, when: {choice: [1, 0]}}
    """,
    top="decisions: {merge: {choice: [add, concat]}}",
    inputs=_TWO,
)

_PORTS = small(
    """
    a: {two: {}}
    b: {from: {choice: [a.fast, a.slow]}, block: relu}
    c: {from: {any_of: [a.fast, a.slow, b]}, merge: concat, two: {}}
    d: {from: [c.slow, c.fast], merge: add, block: relu}
    """,
    top="""
blocks:
  two:
    params: {width: {choice: [3, 4]}}
    nodes:
      slow: {from: in, conv2d: {out: =width}}
      fast: {from: in, conv3d: {out: =slow.channels, kernel: {choice: [1, 3]}}}
    outputs: {fast: fast, slow: slow}
""",
)

_VARIANTS = small(
    """
    a:
      repeat: {min: 1, max: 4}
      each: {block: conv2d, out: {choice: [4, 5]}}
      every: {2: {kernel: {choice: [1, 3]}}, 3+1: {block: {choice: [conv3d, conv2plus1d]}}}
      first: {block: wide, stride: {choice: [1, 2]}}
      last: {block: {choice: [conv3d, separable3d]}}
    b:
      repeat: {choice: [0, 1, 3]}
      per_copy: true
      each: {block: "=op if i < 9 else 'conv3d'", out: {choice: [4, 6]}}
      every: {2+1: {kernel: {choice: [1, 3]}}}
    c:
      conv3d: {out: {choice: [4, 5]}}
      when: {choice: [true, false]}
      otherwise: {block: {choice: [relu, wide]}}
    d: {conv3d: {out: 4}, when: {choice: [true, false]}, otherwise: nothing}
    e: {from: [c, d], merge: concat, repeat: 2, each: {block: "=ops[i]"}}
    """,
    top="""
decisions:
  op: {choice: [conv2d, wide]}
  ops: {subset: [conv2d, {conv3d: {out: {choice: [3, 4]}}}, wide], min: 2}
blocks:
  wide:
    params: {out: 4, stride: 1, kernel: 3, inner: {choice: [3, 5]}}
    body: [{conv: {out: =inner, stride: =stride}}, {conv: =out}]
""",
)

_LEVELS = small(
    """
    a: {from: rgb, conv3d: {out: 4, stride: 2}}
    b: {from: flow, conv3d: {out: 4, stride: 2}, when: {choice: [true, false]}, otherwise: nothing}
    one: {repeat: {min: 1, max: 3}, each: {block: conv3d, out: {choice: [4, 8]}}, from: {any_below: {min: 1}}, totals: {out: 12}}
    two: {repeat: {min: 0, max: 2}, each: {block: {choice: [conv2d, fuse]}}, from: {any_below: {min: 1, max: 2}, merge: mean}}
    three: {from: {any_below: {min: 1}}, merge: gated_sum, block: relu}
    """,
    top="""
decisions: {scale: {float: {min: 0.5, max: 2, values: 4, log: true}}}
constraints:
  - {implies: {if: {two.repeat: 2}, then: {one.repeat: [2, 3]}}}
  - {count_between: {of: "two_*.block", value: fuse, max: 1}}
blocks:
  fuse:
    inputs: [x]
    nodes:
      low: {from: x, conv: {out: =int(x.channels * scale), kernel: {choice: [1, 3]}}}
      high: {from: low, conv: {out: =low.channels}}
      cell: {from: [low, high], merge: add, repeat: 2, each: {block: conv, out: =low.channels}, share: cell}
""",
    inputs=_TWO,
)

_PATHWAYS = small(
    """
    s: {from: rgb, conv2d: {out: 8}}
    f: {from: flow, conv2d: {out: 4}}
    u: {from: {ports: {fast: f, slow: s}}, repeat: {min: 0, max: 2}, each: {block: unit, out: {choice: [8, 16]}}}
    v: {from: [u.slow, {node: u.fast, conv: {out: {choice: [3, 4]}}}], merge: concat, block: relu}
    """,
    top="""
override: {width: 0.5}
constraints: [{equal: [u.repeat, u.repeat]}, {nondecreasing: [u.out]}]
blocks:
  unit:
    inputs: [slow, fast]
    params: {out: 8, op: {choice: [conv2d, conv3d]}}
    nodes:
      fast_: {from: fast, block: =op, out: =out // 4}
      slow_: {from: [slow, fast], merge: {choice: [concat, add]}, block: =op, out: =out}
    outputs: {slow: slow_, fast: fast_}
""",
    inputs=_TWO,
)

_LISTS = small(
    """
    a: {dropout: {float: {min: 0.1, max: 0.5}}}
    b:
      from: [a, {node: a, gate: {float: {min: 0.1, max: 0.9, step: 0.2}}}]
      merge: gated_sum
      block: relu
    c: {conv: {out: "=widths[0] + 2 * count(widths)"}}
    d: {conv: {out: "=int(expansion * 4)", bias: "='silu' in kinds or 'relu' not in kinds"}}
    e: {repeat: =count(ops), block: "=ops[i]"}
    f: {listed: {}}
    g: {listed: {ops: {subset: {a: {unit: {kernel: {choice: [1, 3]}}}, b: relu}, min: 1}}}
    h: {block: "=pair[1]"}
    """,
    top="""
decisions:
  widths: {subset: {narrow: 3, wide: {choice: [4, {integer: {min: 5, max: 6}}]}}, min: 1}
  kinds: {subset: [relu, silu, gelu], min: 0, max: 2}
  expansion: {choice: {fixed: 1.5, free: {float: {min: 1, max: 6, log: true}}}}
  ops: {subset: [conv2d, relu, {unit: {kernel: {choice: [1, 3]}}}], min: 1, max: 2}
  pair: {choice: {same: [relu, relu], other: [relu, {unit: {kernel: {choice: [1, 5]}}}]}}
blocks:
  unit:
    params: {kernel: 3, bias: {choice: [true, false]}}
    body: [{conv: {out: 4, kernel: =kernel, bias: =bias}}]
  listed:
    params: {ops: {type: list, default: {subset: [conv2d, unit], min: 1}}}
    nodes: {all: {repeat: =count(ops), block: "=ops[i]"}}
""",
)

_CONSTRAINTS = small(
    """
    a: {repeat: {min: 0, max: 3}, per_copy: true, conv: {out: {choice: [3, 4, 5]}}}
    b: {conv: {out: {choice: {small: 4, big: 6}}}}
    c: {from: {any_earlier: {min: 1, max: 2}}, conv: {out: {choice: [4, 6]}, bias: =deep}}
    d: {from: {any_of: [a, b, c], min: 1}, block: relu}
    """,
    top="""
decisions:
  deep: {choice: [true, false]}
  total: {choice: {few: 8, many: {choice: [10, 12]}}}
constraints:
  - {nondecreasing: ['a.*.out', b.out]}
  - {sum_equals: {of: [b.out, c.out], total: =total}}
  - {implies: {if: {deep: true}, then: {a.repeat: [2, 3], d.from: c}}}
  - {count_between: {of: '*.from', value: a, max: 1}}
  - {equal: [c.from, d.from]}
  - {require: =total > 8 or not deep}
""",
)

RICH = {
    "values": _VALUES,
    "lists": _LISTS,
    "constraints": _CONSTRAINTS,
    "blocks": _BLOCKS,
    "repeats": _REPEATS,
    "edges": _EDGES,
    "ports": _PORTS,
    "variants": _VARIANTS,
    "levels": _LEVELS,
    "pathways": _PATHWAYS,
}
