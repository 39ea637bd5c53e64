"""JSON Schema of everything that can stand as a value."""

from nasvid.lowering.load import standard_catalogue
from nasvid.lowering.schema_forms import NAME, Schema, closed_object, list_of, mapping, ref
from nasvid.spec.parse_ranges import MAX_OPTIONS
from nasvid.spec.parse_values import CHOICE_KEYS


def values_schema() -> Schema:
    """Everything that can stand as a value."""
    integer, number = {"type": "integer"}, {"type": "number"}
    blocks = sorted({*standard_catalogue().blocks, *standard_catalogue().primitives})
    options = {"type": "object", "additionalProperties": ref("value"), "minProperties": 1}
    step = {"type": "integer", "minimum": 1}
    # An object with one of these keys is a choice, whatever else it has.
    no_choice = {"not": {"anyOf": [{"required": [key]} for key in CHOICE_KEYS]}}
    call = {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": ref("given"),
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
                ref("scalar"),
                {"type": "array", "items": ref("value")},
                ref("choice"),
                ref("integer"),
                ref("float"),
                ref("subset"),
                call,
            ]
        },
        # Behind the name of a block: its arguments, or the value of the first one.
        "given": {"anyOf": [ref("value"), {**mapping(ref("value")), **no_choice}]},
        "choice": closed_object(
            {
                "choice": {"anyOf": [list_of(ref("value")), options]},
                "ordered": {"type": "boolean", "description": "Whether neighbours are alike"},
            },
            ("choice",),
        ),
        "integer": closed_object({"integer": ref("range")}, ("integer",)),
        "float": closed_object(
            {
                "float": closed_object(
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
        "subset": closed_object(
            {
                "subset": {"anyOf": [list_of(ref("value")), options]},
                "min": {"type": "integer", "minimum": 0},
                "max": {"type": "integer", "minimum": 0},
            },
            ("subset",),
        ),
        "range": closed_object({"min": integer, "max": integer, "step": step}, ("min", "max")),
        "blockName": {
            "anyOf": [
                {"enum": blocks},
                {"type": "string", "description": "A block of this file, or =parameter"},
            ]
        },
    }
