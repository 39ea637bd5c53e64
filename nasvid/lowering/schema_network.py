"""JSON Schema of what a network is made of: streams, blocks, nodes and what they read."""

from nasvid.core.streams import MODALITIES
from nasvid.lowering.load import standard_catalogue
from nasvid.lowering.schema_forms import NAME, Schema, closed_object, list_of, mapping, ref
from nasvid.spec.constraint import CONSTRAINTS
from nasvid.spec.parse_blocks import PARAM_KINDS
from nasvid.spec.parse_network import MAX_CHANNELS, MAX_COUNT
from nasvid.spec.parse_nodes import NOTHING
from nasvid.spec.parse_repeats import MAX_COPIES, MAX_VARIANTS
from nasvid.spec.parse_sources import ALIGNMENTS


def input_schema() -> Schema:
    """A stream of the inputs."""
    exact = {"type": "integer", "minimum": 1, "maximum": MAX_COUNT}
    count = {"anyOf": [exact, ref("expression"), ref("choice"), ref("integer")]}
    numbers = {"anyOf": [{"type": "number"}, list_of({"type": "number"})]}
    known = {"properties": {"modality": {"enum": list(MODALITIES)}}}
    stream = closed_object(
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


def block_schema() -> Schema:
    """A block of a file."""
    ends = {"output": {"type": "string"}, "outputs": mapping({"type": "string"}, least=1)}
    wrapped = closed_object({"nodes": ref("body"), **ends}, ("nodes",))
    return {
        **closed_object(
            {
                "description": {"type": "string"},
                "params": mapping(ref("param")),
                "inputs": list_of({"type": "string"}),
                "body": {"anyOf": [ref("body"), wrapped]},
                "nodes": ref("body"),
                "when": ref("expression"),
                **ends,
            }
        ),
        "oneOf": [{"required": ["body"]}, {"required": ["nodes"]}],
    }


def param_schema() -> Schema:
    """A parameter of a block."""
    typed = closed_object(
        {
            "type": {"enum": list(PARAM_KINDS)},
            "default": ref("value"),
            "width": {"type": "boolean", "description": "Whether an override of widths scales it"},
            "description": {"type": "string"},
        },
        ("type",),
    )
    return {"anyOf": [typed, ref("value")]}


def node_schema() -> Schema:
    """A node in its long or short form."""
    arguments = {"type": "object", "additionalProperties": ref("value")}
    block = {"anyOf": [ref("blockName"), ref("choice"), {"type": "object"}]}
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
            "from": ref("source"),
            "merge": ref("merge"),
            "align": {"enum": list(ALIGNMENTS)},
            "repeat": {
                "anyOf": [
                    copies,
                    ref("range"),
                    ref("choice"),
                    ref("integer"),
                    ref("expression"),
                ]
            },
            "each": {"anyOf": [ref("blockName"), {**arguments, "minProperties": 1}]},
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
            "when": ref("value"),
            "otherwise": {
                "anyOf": [{"const": NOTHING}, ref("node")],
                "description": "What stands in its place where `when` is false",
            },
        },
        # The short form, {conv3d: {out: 64}}, has its block as a key.
        "additionalProperties": ref("given"),
    }


def network_schema() -> Schema:
    """The network of a space."""
    text = {"type": "string"}
    outputs = mapping(text, least=1)
    properties = {"nodes": ref("body"), "output": text, "outputs": outputs}
    # The head is the standard classifier unless it names a block, so it may be empty.
    properties["head"] = {"anyOf": [ref("node"), {"type": "object", "maxProperties": 0}]}
    return {
        **closed_object(properties),
        "anyOf": [
            {"required": ["head"]},
            {"required": ["nodes", "output"]},
            {"required": ["nodes", "outputs"]},
        ],
    }


def sources_schema() -> Schema:
    """Where a node reads."""
    edges = list_of(ref("edge"))
    bounds = {
        "min": {"type": "integer", "minimum": 0},
        "max": {"type": "integer", "minimum": 1},
    }
    joined = {"merge": ref("merge"), "align": {"enum": list(ALIGNMENTS)}}
    earlier = {"anyOf": [closed_object(bounds), {"type": "null"}]}
    edge = {
        "type": "object",
        "properties": {"node": {"type": "string"}, "gate": ref("value")},
        "propertyNames": {"pattern": NAME},
        "additionalProperties": ref("given"),
        "required": ["node"],
    }
    names = list(standard_catalogue().merges)
    given = {
        "type": "object",
        "propertyNames": {"enum": names},
        "additionalProperties": ref("given"),
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {
        "edge": {"anyOf": [{"type": "string"}, edge]},
        "merge": {"anyOf": [{"enum": names}, given, ref("expression"), ref("choice")]},
        "source": {
            "anyOf": [
                ref("edge"),
                edges,
                closed_object({"ports": mapping(ref("edge"), least=1)}, ("ports",)),
                closed_object({"choice": edges, **joined}, ("choice",)),
                closed_object({"all_of": edges, **joined}, ("all_of",)),
                closed_object({"any_of": edges, **bounds, **joined}, ("any_of",)),
                closed_object({"any_earlier": earlier, **joined}, ("any_earlier",)),
                closed_object({"any_below": earlier, **joined}, ("any_below",)),
                closed_object({"level": {"type": "integer"}, **joined}, ("level",)),
            ]
        },
    }


def constraint_schema() -> Schema:
    """A constraint of any kind."""
    address = {"type": "string", "description": "Address; * for any part of one name"}
    several = {"anyOf": [address, list_of(address)]}
    values = {"anyOf": [ref("scalar"), list_of(ref("scalar"))]}
    cases = {"type": "object", "additionalProperties": values, "minProperties": 1}
    count = {"type": "integer", "minimum": 0}
    total = {"anyOf": [{"type": "number"}, ref("expression")]}
    kinds = {
        "nondecreasing": several,
        "equal": several,
        "sum_equals": closed_object({"of": several, "total": total}, ("of", "total")),
        "require": ref("expression"),
        "implies": closed_object({"if": cases, "then": cases}, ("if", "then")),
        "count_between": closed_object(
            {"of": several, "value": values, "min": count, "max": count}, ("of", "value")
        ),
    }
    return {"anyOf": [closed_object({name: kinds[name]}, (name,)) for name in CONSTRAINTS]}
