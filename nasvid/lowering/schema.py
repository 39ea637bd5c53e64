"""The JSON Schema of search space files, made from the models and the catalogue of primitives.

Editors complete and check with it. It is wider than the parser where a file may define blocks of
its own: which parameters a block has, and whether there is one of that name, the parser knows alone.
"""

from typing import Any

from nasvid.core.streams import MODALITIES
from nasvid.lowering.load import standard_catalogue
from nasvid.spec.constraint import CONSTRAINTS
from nasvid.spec.models import BudgetSection, PublishedSection, SearchSection, TrainingSection
from nasvid.spec.names import MAX_NAME
from nasvid.spec.parse_blocks import PARAM_KINDS
from nasvid.spec.parse_constraints import MAX_CONSTRAINTS
from nasvid.spec.parse_file import VERSION
from nasvid.spec.parse_network import MAX_CHANNELS, MAX_COUNT
from nasvid.spec.parse_nodes import NOTHING
from nasvid.spec.parse_override import LEAST_WIDTH, MAX_CLASSES, MOST_WIDTH
from nasvid.spec.parse_ranges import MAX_OPTIONS
from nasvid.spec.parse_repeats import MAX_COPIES, MAX_VARIANTS
from nasvid.spec.parse_sources import ALIGNMENTS
from nasvid.spec.parse_values import CHOICE_KEYS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAME = f"^[A-Za-z][A-Za-z0-9_]{{0,{MAX_NAME - 1}}}$"
Schema = dict[str, Any]


def file_schema() -> Schema:
    """The schema, draft 2020-12."""
    closed = {
        **_shared_properties(),
        "space": {
            "type": "string",
            "pattern": r"\.ya?ml$",
            "description": "The file that this one builds on",
        },
    }
    file = {"type": "string", "pattern": r"\.ya?ml$"}
    included = {
        "include": {"anyOf": [file, _list(file)], "description": "Files of this folder or below"},
        "decisions": _mapping(_ref("value")),
        "blocks": _mapping(_ref("block")),
    }
    opened = {
        **_shared_properties(),
        **included,
        "inputs": _mapping(_ref("input"), least=1),
        "constraints": {"type": "array", "items": _constraint(), "maxItems": MAX_CONSTRAINTS},
        "network": _ref("network"),
    }
    return {
        "$schema": DRAFT,
        "title": "nasvid search space",
        "description": f"A space of video networks, or one network; language version {VERSION}.",
        "type": "object",
        "required": ["version"],
        "if": {"required": ["space"]},
        "then": {"properties": closed, "additionalProperties": False},
        "else": {
            "if": {"anyOf": [{"required": ["network"]}, {"required": ["inputs"]}]},
            "then": {
                "properties": opened,
                "required": ["inputs", "network"],
                "additionalProperties": False,
            },
            "else": {"anyOf": [_included_file(included), _block_file()]},
        },
        "$defs": _definitions(),
    }


def _shared_properties() -> Schema:
    text = {"type": ["string", "number", "boolean"]}
    return {
        "version": {"const": VERSION},
        "name": text,
        "description": text,
        "classes": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_CLASSES,
            "description": "Value of =classes",
        },
        "choose": {
            "type": "object",
            "description": "Address to value",
            "additionalProperties": {
                "anyOf": [_ref("scalar"), {"type": "array", "items": _ref("scalar")}]
            },
        },
        "gates": {
            "type": "object",
            "description": "Node to what it reads to a fixed gate; for one network",
            "additionalProperties": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
            },
        },
        "budget": _ref("budget"),
        "published": _ref("published"),
        "search": _ref("search"),
        "training": _ref("training"),
        "override": _object(
            {
                "width": {"type": "number", "minimum": LEAST_WIDTH, "maximum": MOST_WIDTH},
                "frames": {"type": "integer", "minimum": 1, "maximum": MAX_COUNT},
                "size": {"type": "integer", "minimum": 1, "maximum": MAX_COUNT},
                "classes": {"type": "integer", "minimum": 1, "maximum": MAX_CLASSES},
            }
        ),
    }


def _definitions() -> Schema:
    search = SearchSection.model_json_schema()
    return {
        "budget": BudgetSection.model_json_schema(),
        "published": PublishedSection.model_json_schema(),
        # Its sections stand beside it, where their references are looked for.
        "search": {k: v for k, v in search.items() if k != "$defs"},
        **search["$defs"],
        "training": TrainingSection.model_json_schema(),
        **_values(),
        "input": _input(),
        "param": _param(),
        "block": _block(),
        "body": {"anyOf": [_list(_ref("node")), _mapping(_ref("node"), least=1)]},
        "node": {"anyOf": [_ref("blockName"), _node()]},
        "network": _network(),
        **_sources(),
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _mapping(values: Schema, least: int = 0) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": values,
        "minProperties": least,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _values() -> Schema:
    """Everything that can stand as a value."""
    integer, number = {"type": "integer"}, {"type": "number"}
    blocks = sorted({*standard_catalogue().blocks, *standard_catalogue().primitives})
    options = {"type": "object", "additionalProperties": _ref("value"), "minProperties": 1}
    step = {"type": "integer", "minimum": 1}
    # An object with one of these keys is a choice, whatever else it has.
    no_choice = {"not": {"anyOf": [{"required": [key]} for key in CHOICE_KEYS]}}
    call = {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": _ref("given"),
        "minProperties": 1,
        **no_choice,
        "anyOf": [{"maxProperties": 1}, {"required": ["block"]}],
        "description": "A block with arguments, {conv3d: {kernel: 3}}",
    }
    return {
        "scalar": {"type": ["number", "boolean", "null", "string"]},
        "expression": {"type": "string", "pattern": "^=", "description": "Arithmetic"},
        "value": {
            "anyOf": [
                _ref("scalar"),
                {"type": "array", "items": _ref("value")},
                _ref("choice"),
                _ref("integer"),
                _ref("float"),
                _ref("subset"),
                call,
            ]
        },
        # Behind the name of a block: its arguments, or the value of the first one.
        "given": {"anyOf": [_ref("value"), {**_mapping(_ref("value")), **no_choice}]},
        "choice": _object(
            {
                "choice": {"anyOf": [_list(_ref("value")), options]},
                "ordered": {"type": "boolean", "description": "Whether neighbours are alike"},
            },
            ("choice",),
        ),
        "integer": _object({"integer": _ref("range")}, ("integer",)),
        "float": _object(
            {
                "float": _object(
                    {
                        "min": number,
                        "max": number,
                        "step": {"type": "number", "exclusiveMinimum": 0},
                        "values": {"type": "integer", "minimum": 2, "maximum": MAX_OPTIONS},
                        "log": {"type": "boolean"},
                    },
                    ("min", "max"),
                )
            },
            ("float",),
        ),
        "subset": _object(
            {
                "subset": {"anyOf": [_list(_ref("value")), options]},
                "min": {"type": "integer", "minimum": 0},
                "max": {"type": "integer", "minimum": 0},
            },
            ("subset",),
        ),
        "range": _object({"min": integer, "max": integer, "step": step}, ("min", "max")),
        "blockName": {
            "anyOf": [
                {"enum": blocks},
                {"type": "string", "description": "A block of this file, or =parameter"},
            ]
        },
    }


def _input() -> Schema:
    exact = {"type": "integer", "minimum": 1, "maximum": MAX_COUNT}
    count = {"anyOf": [exact, _ref("expression"), _ref("choice"), _ref("integer")]}
    numbers = {"anyOf": [{"type": "number"}, _list({"type": "number"})]}
    known = {"properties": {"modality": {"enum": list(MODALITIES)}}}
    stream = _object(
        {
            "modality": {"type": "string", "description": f"{', '.join(MODALITIES)}, or another"},
            "channels": {"type": "integer", "minimum": 1, "maximum": MAX_CHANNELS},
            "frames": count,
            "frame_stride": count,
            "size": count,
            "mean": numbers,
            "std": numbers,
        },
        ("frames", "size"),
    )
    # nasvid does not know how many channels others have.
    return stream | {"if": {"not": known}, "then": {"required": ["channels"]}}


def _block() -> Schema:
    ends = {"output": {"type": "string"}, "outputs": _mapping({"type": "string"}, least=1)}
    wrapped = _object({"nodes": _ref("body"), **ends}, ("nodes",))
    return {
        **_object(
            {
                "description": {"type": "string"},
                "params": _mapping(_ref("param")),
                "inputs": _list({"type": "string"}),
                "body": {"anyOf": [_ref("body"), wrapped]},
                "nodes": _ref("body"),
                "when": _ref("expression"),
                **ends,
            }
        ),
        "oneOf": [{"required": ["body"]}, {"required": ["nodes"]}],
    }


def _included_file(parts: Schema) -> Schema:
    """A file that others include; it loads as a part of them alone."""
    text = {"type": "string"}
    properties = {"version": {"const": VERSION}, "description": text, **parts}
    return {
        **_object(properties, ("version",)),
        "anyOf": [{"required": [key]} for key in parts],
    }


def _block_file() -> Schema:
    """A block of the standard library: its name is that of the file."""
    block = _block()
    properties = {"version": {"const": VERSION}, **block["properties"]}
    return {**block, "properties": properties, "required": ["version"]}


def _param() -> Schema:
    typed = _object(
        {
            "type": {"enum": list(PARAM_KINDS)},
            "default": _ref("value"),
            "width": {"type": "boolean", "description": "Whether an override of widths scales it"},
            "description": {"type": "string"},
        },
        ("type",),
    )
    return {"anyOf": [typed, _ref("value")]}


def _node() -> Schema:
    arguments = {"type": "object", "additionalProperties": _ref("value")}
    block = {"anyOf": [_ref("blockName"), _ref("choice"), {"type": "object"}]}
    copies = {"type": "integer", "minimum": 0, "maximum": MAX_COPIES}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "name": {"type": "string", "pattern": NAME},
            "share": {"type": "string", "description": "One set of weights for all of this name"},
            "totals": {"type": "object", "additionalProperties": {"type": "number"}},
            "level": {
                "type": "integer",
                "description": "Number of a level; counted up if not given",
            },
            "block": block,
            "from": _ref("source"),
            "merge": _ref("merge"),
            "align": {"enum": list(ALIGNMENTS)},
            "repeat": {
                "anyOf": [
                    copies,
                    _ref("range"),
                    _ref("choice"),
                    _ref("integer"),
                    _ref("expression"),
                ]
            },
            "each": {"anyOf": [_ref("blockName"), {**arguments, "minProperties": 1}]},
            "first": arguments,
            "last": arguments,
            "every": {
                "type": "object",
                "propertyNames": {"pattern": r"^\d{1,4}(\s*\+\s*\d{1,4})?$"},
                "additionalProperties": arguments,
                "minProperties": 1,
                "maxProperties": MAX_VARIANTS,
                "description": "Arguments of every n-th copy; 2+1 begins with copy 1",
            },
            "per_copy": {"type": "boolean"},
            "when": _ref("value"),
            "otherwise": {
                "anyOf": [{"const": NOTHING}, _ref("node")],
                "description": "What stands in its place where `when` is false",
            },
        },
        # The short form, {conv3d: {out: 64}}, has its block as a key.
        "additionalProperties": _ref("given"),
    }


def _network() -> Schema:
    text = {"type": "string"}
    outputs = _mapping(text, least=1)
    properties = {"nodes": _ref("body"), "output": text, "outputs": outputs}
    # The head is the standard classifier unless it names a block, so it may be empty.
    properties["head"] = {"anyOf": [_ref("node"), {"type": "object", "maxProperties": 0}]}
    return {
        **_object(properties),
        "anyOf": [
            {"required": ["head"]},
            {"required": ["nodes", "output"]},
            {"required": ["nodes", "outputs"]},
        ],
    }


def _constraint() -> Schema:
    address = {"type": "string", "description": "Address; * for any part of one name"}
    several = {"anyOf": [address, _list(address)]}
    values = {"anyOf": [_ref("scalar"), _list(_ref("scalar"))]}
    cases = {"type": "object", "additionalProperties": values, "minProperties": 1}
    count = {"type": "integer", "minimum": 0}
    total = {"anyOf": [{"type": "number"}, _ref("expression")]}
    kinds = {
        "nondecreasing": several,
        "equal": several,
        "sum_equals": _object({"of": several, "total": total}, ("of", "total")),
        "require": _ref("expression"),
        "implies": _object({"if": cases, "then": cases}, ("if", "then")),
        "count_between": _object(
            {"of": several, "value": values, "min": count, "max": count}, ("of", "value")
        ),
    }
    return {"anyOf": [_object({name: kinds[name]}, (name,)) for name in CONSTRAINTS]}


def _sources() -> Schema:
    """Where a node reads."""
    edges = _list(_ref("edge"))
    bounds = {
        "min": {"type": "integer", "minimum": 0},
        "max": {"type": "integer", "minimum": 1},
    }
    joined = {"merge": _ref("merge"), "align": {"enum": list(ALIGNMENTS)}}
    earlier = {"anyOf": [_object(bounds), {"type": "null"}]}
    edge = {
        "type": "object",
        "properties": {"node": {"type": "string"}, "gate": _ref("value")},
        "propertyNames": {"pattern": NAME},
        "additionalProperties": _ref("given"),
        "required": ["node"],
    }
    names = list(standard_catalogue().merges)
    given = {
        "type": "object",
        "propertyNames": {"enum": names},
        "additionalProperties": _ref("given"),
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {
        "edge": {"anyOf": [{"type": "string"}, edge]},
        "merge": {"anyOf": [{"enum": names}, given, _ref("expression"), _ref("choice")]},
        "source": {
            "anyOf": [
                _ref("edge"),
                edges,
                _object({"ports": _mapping(_ref("edge"), least=1)}, ("ports",)),
                _object({"choice": edges, **joined}, ("choice",)),
                _object({"all_of": edges, **joined}, ("all_of",)),
                _object({"any_of": edges, **bounds, **joined}, ("any_of",)),
                _object({"any_earlier": earlier, **joined}, ("any_earlier",)),
                _object({"any_below": earlier, **joined}, ("any_below",)),
                _object({"level": {"type": "integer"}, **joined}, ("level",)),
            ]
        },
    }
