"""Files of the language with something wrong: changed bytes, and changed branches of the tree."""

import copy
import random
from typing import Any

_FRAGMENTS = (
    *"{}[]:,'\"#=-|>?%@&*!\t\n0",
    "&a ", "*a", "!!python/object:os.system ", "---\n", "...", "<<: ", "\x00", "\u2028", "-1",
    "1e309", "999999999999999", "null", "true", "choice", "repeat", "from", "in", "=in.channels",
    "=1//0", "each",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 3, 1.5, 1e9, 10**15, 10**39, 1000,
    "", "=", "=1", "=in.channels", "=rgb.frames", "=classes * 10000000", "=x[0]", "=1 / 0", "=i",
    "conv", "conv3d", "attention", "classifier", "in", "out", "head", "rgb", "head.fast", "stem.out",
    "a" * 300, "\u00e9", [], {}, [1, 2, 3], [[1]],
    {"choice": []}, {"choice": [1, 2]}, {"choice": ["conv2d", "conv3d"]},
    {"choice": {"a": {"conv3d": {"kernel": {"choice": [1, 3]}}}, "b": "conv2d"}},
    {"integer": {"min": 0, "max": 9999}}, {"conv3d": {"kernel": {"choice": [1, 3, 4]}}},
    {"min": 1, "max": 3}, {"min": 0, "max": 100000}, {"node": "rgb"},
    {"any_of": ["rgb"], "min": 0}, {"any_earlier": {"min": 0}}, {"any_earlier": None},
    {"repeat": 1000, "each": {"conv2d": {}}},
    {"float": {"min": 0, "max": 1}}, {"float": {"min": 1e-9, "max": 1e9, "log": True, "values": 9}},
    {"subset": [1, 2, 3], "min": 1}, {"subset": ["conv2d", {"conv3d": {"out": {"choice": [1, 2]}}}]},
    {"any_below": {"min": 1}}, {"any_below": {"min": 2, "max": 9}}, {"level": 1}, {"level": 10**9},
    {"ports": {"in": "rgb"}}, {"ports": {"slow": "rgb", "fast": "stem"}}, "nothing",
    {"2": {"stride": 2}}, {"2+1": {"block": "conv3d"}}, {"width": 0.3, "frames": 3, "size": 9},
    [{"equal": ["*.out"]}, {"nondecreasing": ["*.out"]}],
    [{"sum_equals": {"of": "*.repeat", "total": 4}}], [{"implies": {"if": {"width": 8}, "then": {}}}],
    [{"count_between": {"of": ["*.block"], "value": "conv3d", "max": 1}}],
    "=a if i > 0 else b", "='conv3d' if i % 2 == 0 else 'conv2d'", "=ops[i]", "=3 in x",
    "../../etc/passwd", "/etc/passwd.yaml", "unit.yaml", 10**12, float("inf"), -0.5,
)  # fmt: skip
_KEYS = (
    "from", "repeat", "each", "first", "last", "per_copy", "when", "merge", "align", "block", "name",
    "choice", "integer", "out", "kernel", "stride", "nodes", "body", "params", "output", "outputs",
    "head", "classes", "decisions", "blocks", "inputs", "budget", "search", "training", "choose",
    "space", "description", "ordered", "in", "i", "min", "max",
    "float", "subset", "any_below", "level", "totals", "every", "otherwise", "share", "ports",
    "include", "override", "constraints", "width", "outputs", "any_of", "any_earlier", "node", "gate",
    "gates",
)  # fmt: skip

_Path = tuple[Any, ...]


def with_changed_bytes(text: str, rng: random.Random) -> str:
    """The text with some of it left out, put in, said twice or replaced."""
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + rng.choice((1, 1, 3, 20, 200)) :]
        elif kind == 1:
            text = text[:at] + rng.choice(_FRAGMENTS) + text[at:]
        elif kind == 2:
            other = rng.randrange(len(text) + 1)
            text = text[:at] + text[other : other + rng.choice((5, 50, 300))] + text[at:]
        else:
            text = (
                text[:at] + chr(rng.choice((32, 48, 65, 123, 58, 0xE9, 0x1F600))) + text[at + 1 :]
            )
    return text


def with_changed_branches(data: Any, rng: random.Random) -> Any:
    """The tree with some values replaced, moved, renamed or left out."""
    data = copy.deepcopy(data)
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 3, 6))):
        paths = [path for path in _paths(data, ()) if path]
        if not paths:
            break
        path = rng.choice(paths)
        _change(_at(data, path[:-1]), path[-1], copy.deepcopy(_at(data, rng.choice(paths))), rng)
    return data


def _change(parent: Any, key: Any, other: Any, rng: random.Random) -> None:
    kind = rng.randrange(5)
    if kind == 0:
        parent[key] = copy.deepcopy(rng.choice(_VALUES))
    elif kind == 1:
        del parent[key]
    elif kind == 2:
        parent[key] = other
    elif isinstance(parent, list):
        parent.insert(0, copy.deepcopy(rng.choice(_VALUES)))
    elif kind == 3:
        parent[rng.choice(_KEYS)] = copy.deepcopy(rng.choice(_VALUES))
    else:
        parent[rng.choice(_KEYS)] = parent.pop(key)


def _paths(data: Any, path: _Path) -> list[_Path]:
    items: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    return [path, *(found for key, value in items for found in _paths(value, (*path, key)))]


def _at(data: Any, path: _Path) -> Any:
    for key in path:
        data = data[key]
    return data
