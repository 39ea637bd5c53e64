"""The forward pass of a class of a generated file."""

from nasvid.export.dataflow import Dataflow
from nasvid.export.identifiers import Names, variable_name
from nasvid.export.layout import LINE, Call, lay_out, literal
from nasvid.export.patterns import HOLE, OperationPattern
from nasvid.export.scope import ClassScope
from nasvid.export.shape_comments import shape_comment
from nasvid.graph.ir import OUT, Node

# Names for values that pass through several steps, as torch code has them.
_CARRIERS = ("x", "y", "z")


def forward_lines(scope: ClassScope) -> list[str]:
    """`forward` of a block: tensors in, one tensor or one for each port out."""
    body = scope.definition.body
    writer = _Writer(scope)
    if len(body.inputs) == 1:
        writer.enter(body.inputs[0].name, "x")
    else:
        for entry in body.inputs:
            writer.enter(entry.name, variable_name(entry.name))
    head = ", ".join(["self", *(f"{writer.variables[i.name]}: Tensor" for i in body.inputs)])
    tensors = ", ".join(["Tensor"] * len(body.outputs))
    result = tensors if len(body.outputs) == 1 else f"tuple[{tensors}]"
    lines = [f"    def forward({head}) -> {result}:"]
    shapes = [shape_comment(scope.definition, entry.name) for entry in body.inputs]
    if len(shapes) == 1:
        lines = _commented(lines, shapes[0])
    else:
        lines += [
            f"        # {writer.variables[entry.name]} {shape}"
            for entry, shape in zip(body.inputs, shapes, strict=True)
        ]
    return [*lines, *writer.steps(), *writer.leave()]


def network_forward_lines(scope: ClassScope) -> list[str]:
    """`forward` of the whole network: a dictionary of streams in."""
    body = scope.definition.body
    is_single = len(body.inputs) == 1
    accepted = "Tensor | dict[str, Tensor]" if is_single else "dict[str, Tensor]"
    result = "Tensor" if len(body.outputs) == 1 else "dict[str, Tensor]"
    lines = [f"    def forward(self, streams: {accepted}) -> {result}:"]
    writer = _Writer(scope, reserved=("streams",))
    used = [entry for entry in body.inputs if entry.name in writer.flow.last_step]
    for entry in used:
        is_carried = writer.is_carrying and len(used) == 1
        wanted = "x" if is_carried else variable_name(entry.name)
        source = f"streams[{literal(entry.name)}]"
        if is_single:
            source = f"streams if isinstance(streams, Tensor) else {source}"
        variable = writer.enter(entry.name, wanted)
        comment = shape_comment(scope.definition, entry.name)
        lines += _commented([f"        {variable} = {source}"], comment)
    return [*lines, *writer.steps(), *writer.leave()]


class _Writer:
    """Steps as lines, with a variable for each value.

    Attributes:
        flow: What is to be written.
        variables: Value to variable.
        is_carrying: Whether one variable carries a value from step to step; in a network with
            branches each value has the name of its node instead.
    """

    def __init__(self, scope: ClassScope, reserved: tuple[str, ...] = ()) -> None:
        self._scope = scope
        self.flow = Dataflow(scope.definition)
        self.is_carrying = bool(scope.definition.block) or self.flow.is_chain
        self.variables: dict[str, str] = {}
        self._names = Names(scope.taken | set(reserved))
        self._inputs: set[str] = set()

    def enter(self, name: str, wanted: str) -> str:
        """The variable of an input."""
        self.variables[name] = self._names.claim(wanted)
        self._inputs.add(self.variables[name])
        return self.variables[name]

    def steps(self) -> list[str]:
        """One line for each step; the last returns where it makes the only output."""
        for carrier in _CARRIERS:
            if carrier not in self._inputs:
                self._names.claim(carrier)
        lines: list[str] = []
        for number, node in enumerate(self.flow.steps):
            expression = self._expression(node)
            comment = self._comment(node)
            self._assign(number, node)
            targets = ", ".join(self.variables.get(v, "_") for v in self.flow.results(node))
            prefix = "return " if self._returns(number, node) else f"{targets} = "
            lines += _commented(lay_out(prefix, expression, indent=8), comment)
        return lines

    def leave(self) -> list[str]:
        """The return statement, unless the last step has returned already."""
        steps = self.flow.steps
        if steps and self._returns(len(steps) - 1, steps[-1]):
            return []
        returned = [self.variables[value] for value in self.flow.outputs]
        if not self._scope.definition.block and len(returned) > 1:
            ports = [port for port, _ in self._scope.definition.body.outputs]
            pairs = [f"{literal(p)}: {v}" for p, v in zip(ports, returned, strict=True)]
            return [f"        return {{{', '.join(pairs)}}}"]
        return [f"        return {', '.join(returned)}"]

    def _returns(self, number: int, node: Node) -> bool:
        is_last = number == len(self.flow.steps) - 1
        is_named = not self._scope.definition.block and len(self.flow.outputs) > 1
        return is_last and not is_named and self.flow.results(node) == self.flow.outputs

    def _kept(self, node: Node) -> list[str]:
        return [value for value in self.flow.results(node) if value in self.flow.last_step]

    def _comment(self, node: Node) -> str:
        """The shapes of the results; in a block only where a step changes them."""
        definition = self._scope.definition
        before = shape_comment(definition, node.inputs[0])
        after = ", ".join(shape_comment(definition, value) for value in self._kept(node))
        return "" if definition.block and after == before else after

    def _expression(self, node: Node) -> Call | str:
        operands = [self.variables[value] for value in self.flow.operands(node)]
        pattern = self._scope.pattern(node.name)
        if not isinstance(pattern, OperationPattern):
            child = self._child(self._scope.children[node.name])
            return Call(child, tuple(("", operand) for operand in operands))
        pieces = pattern.source.split(HOLE)
        text = pieces[0]
        for index, piece in enumerate(pieces[1:]):
            text += self._number((node.name, str(index))) + piece
        return text.format(*operands, inputs=", ".join(operands))

    def _child(self, attribute: str) -> str:
        if attribute.isdigit():
            return f"self.get_submodule({literal(attribute)})"
        return f"self.{attribute}"

    def _number(self, path: tuple[str, str]) -> str:
        parameter = self._scope.parameter(path)
        if parameter is None:
            return literal(self._scope.definition.literals[path])
        return f"self.{self._scope.kept[parameter.name]}"

    def _assign(self, number: int, node: Node) -> None:
        """Choose variables for the results of a step."""
        operands = dict.fromkeys(self.flow.operands(node))
        free = [value for value in operands if self.flow.last_step[value] == number]
        carried = [self.variables[value] for value in free]
        kept = self._kept(node)
        if len(kept) == 1 and self.is_carrying:
            if "x" in carried and not (len(operands) == 1 and self.flow.is_merged(kept[0])):
                self.variables[kept[0]] = "x"
                return
            if len(operands) == 1 and carried and carried[0] != "x":
                self.variables[kept[0]] = carried[0]
                return
            carrier = self._free_carrier(number)
            if carrier and self.flow.is_carried(kept[0]):
                self.variables[kept[0]] = carrier
                return
        for value in kept:
            name, _, port = value.rpartition(".")
            wanted = name if port == OUT else f"{name}_{port}"
            self.variables[value] = self._names.claim(variable_name(wanted))

    def _free_carrier(self, number: int) -> str:
        live = {
            variable
            for value, variable in self.variables.items()
            if self.flow.last_step.get(value, -1) > number
        }
        return next((carrier for carrier in _CARRIERS if carrier not in live), "")


def _commented(lines: list[str], comment: str) -> list[str]:
    """The comment behind the last line, or above them all where it does not fit."""
    if not comment:
        return lines
    last = f"{lines[-1]}  # {comment}"
    if len(last) <= LINE:
        return [*lines[:-1], last]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [f"{indent}# {comment}", *lines]
