"""Names of nodes as names of attributes, in modules and in exported source alike."""

import keyword
import re

# Public attributes of torch.nn.Module, and `graph` of a built network. A test compares the list
# with the installed torch.
_TAKEN = frozenset(
    [
        "T_destination",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "graph",
        "half",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
# What to append to a name by itself without underscores at the end.
_SUFFIX = dict.fromkeys(keyword.kwlist, "_") | {
    taken.rstrip("_"): "_" * (1 + len(taken) - len(taken.rstrip("_"))) for taken in _TAKEN
}
# Private attributes of modules start with an underscore, and no identifier starts with a digit;
# `name` before such a name keeps different names apart, as it is repeated where it stands already.
_NEEDS_PREFIX = re.compile(r"(name)*[_\d]")


def attribute_name(name: str) -> str:
    """The name of a node as an attribute of its module; different names stay different.

    The copies of a repeat are numbers and stay so, as the members of `nn.Sequential` are.

    Example:
        >>> [attribute_name(name) for name in ("conv", "half", "half_", "in", "1", "_modules")]
        ['conv', 'half_', 'half__', 'in_', '1', 'name_modules']
    """
    if name.isascii() and name.isdigit():
        return name
    if _NEEDS_PREFIX.match(name):
        return f"name{name}"
    return name + _SUFFIX.get(name.rstrip("_"), "")


def attribute_path(name: str) -> str:
    """The dotted name of a flat node as the path of its module.

    Example:
        >>> attribute_path("stage2.half.conv")
        'stage2.half_.conv'
    """
    return ".".join(map(attribute_name, name.split(".")))
