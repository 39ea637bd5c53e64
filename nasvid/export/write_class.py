"""One class of a generated file."""

from nasvid.export.comments import one_line
from nasvid.export.layout import LINE
from nasvid.export.scope import ClassScope
from nasvid.export.write_forward import forward_lines, network_forward_lines
from nasvid.export.write_init import init_lines
from nasvid.graph.naming import attribute_path


def class_lines(scope: ClassScope, name: str) -> list[str]:
    """The lines of the class."""
    is_network = not scope.definition.block
    lines = [f"class {name}(nn.Module):", f'    """{_summary(scope)}"""', ""]
    init = init_lines(scope)
    forward = network_forward_lines(scope) if is_network else forward_lines(scope)
    return [*lines, *init, *([""] if init else []), *forward]


def _summary(scope: ClassScope) -> str:
    """Name of the block and where it stands, as far as a line goes."""
    definition = scope.definition
    if not definition.block:
        inputs = "a batch of clips" if len(definition.body.inputs) == 1 else "a dictionary of clips"
        outputs = "class scores" if len(definition.body.outputs) == 1 else "a dictionary of tensors"
        return f"The whole network: {inputs} in, {outputs} out."
    block = f"Block `{_quotable(definition.block)}`"
    uses = [_quotable(attribute_path(use)) for use in definition.uses]
    for count in range(len(uses), 0, -1):
        rest = f" and {len(uses) - count} more" if count < len(uses) else ""
        line = f"{block} at {', '.join(uses[:count])}{rest}."
        if len(line) + len('    """"""') <= LINE:
            return line
    return f"{block}."


def _quotable(text: str) -> str:
    return one_line(text).replace("\\", "/").replace('"', "'")
