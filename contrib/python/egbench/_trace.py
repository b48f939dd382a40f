# SPDX-License-Identifier: GPL-3.0-or-later
"""torch modules that are no plain Sequential: their graph, by torch.fx, as one row of modules with named points."""
from __future__ import annotations

import operator
import os
import traceback
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

import torch
from torch import fx, nn
from torch.nn import functional

from ._errors import BLACK_BOX, UnsupportedModule

_ADDITIONS = {operator.add, operator.iadd, torch.add}
_FUNCTIONS = {torch.relu: nn.ReLU, functional.relu: nn.ReLU, torch.tanh: nn.Tanh, torch.sigmoid: nn.Sigmoid,
              functional.gelu: nn.GELU, functional.silu: nn.SiLU, functional.softplus: nn.Softplus}
_WINDOWS = {functional.max_pool2d: nn.MaxPool2d, functional.avg_pool2d: nn.AvgPool2d,
            functional.adaptive_avg_pool2d: nn.AdaptiveAvgPool2d}
_METHODS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


_SQUEEZES = {torch.squeeze: "squeeze", torch.flatten: "flatten", torch.reshape: "reshape", operator.getitem: "getitem"}
# What follows the rows in such a call; of one output a row it makes a number a row.
_SQUEEZED = {"squeeze": ((), (1,), (-1,)), "flatten": ((), (0,)), "view": ((-1,), ((-1,),), ([-1],)),
             "reshape": ((-1,), ((-1,),), ([-1],)),
             "getitem": tuple(((rows, column),) for rows in (slice(None), Ellipsis) for column in (0, -1))}


class Squeeze(nn.Module):
    """What makes rows x 1 into rows."""

    def __init__(self, said: str):
        super().__init__()
        self._said = said

    def __repr__(self) -> str:
        return self._said


class _Step(NamedTuple):
    """A node of the graph: the modules that it is, none for an addition, and the nodes that come in."""
    node: fx.Node
    name: str
    modules: list
    inputs: list


def is_sequential(net: nn.Module) -> bool:
    """Whether a module is one of torch's own, or a Sequential of such."""
    if isinstance(net, nn.Sequential):
        return all(is_sequential(child) for child in net.children())
    return type(net).__module__.startswith("torch.")


def _say(node: fx.Node) -> str:
    """What a node does in the user's words, with its line of forward where that is known."""
    name = getattr(node.target, "__name__", str(node.target))
    said = {"call_method": f".{name}()", "call_function": f"{name}()", "output": "what forward returns"}.get(node.op, name)
    line = node.meta.get("egbench_line")
    return f"{said} in '{line.line}' ({os.path.basename(line.filename)}, line {line.lineno})" if line else said


def _refuse(node: fx.Node) -> UnsupportedModule:
    return UnsupportedModule(f"{_say(node)} has no counterpart here: of what a module does besides calling modules there "
                             "are additions, relu, tanh, sigmoid, gelu, silu, softplus, pools, flatten(1), mean((2, 3)), "
                             "and last of all squeeze(-1), [:, 0] or view(-1) of one output; " + BLACK_BOX,
                             str(node.target))


def _is_size(node: fx.Node) -> bool:
    return node.op == "call_method" and node.target == "size"


def _rows(node: fx.Node) -> List[fx.Node]:
    """The nodes that a node takes rows from."""
    return [source for source in node.all_input_nodes if not _is_size(source)]


def _is_flattening(node: fx.Node) -> bool:
    """x.view(x.size(0), -1), or reshape."""
    more = node.args[1:]
    return (node.op == "call_method" and node.target in ("view", "reshape") and len(more) == 2 and more[1] == -1 and
            isinstance(more[0], fx.Node) and _is_size(more[0]) and more[0].args[1:] == (0,))


def _is_squeezing(node: fx.Node) -> bool:
    name = node.target if node.op == "call_method" else _SQUEEZES.get(node.target)
    more = node.args[1:] + tuple(value for key, value in node.kwargs.items() if key in ("dim", "start_dim", "shape"))
    return name in _SQUEEZED and more in _SQUEEZED[name] and len(more) == len(node.args) - 1 + len(node.kwargs)


def _modules(net: nn.Module, node: fx.Node) -> List[Optional[nn.Module]]:
    """What a node is: modules in turn; none for an addition, one None where it changes nothing."""
    options, more = set(node.kwargs) - {"inplace"}, node.args[1:]
    inputs = len(_rows(node))
    functions = _FUNCTIONS if node.op == "call_function" else _METHODS
    if node.op == "call_module":
        module = net.get_submodule(node.target)
        return [None if isinstance(module, nn.Identity) else module]
    if node.target in _ADDITIONS and inputs == 2 and not options:
        return []
    if node.target in functions and not options and not more:
        return [functions[node.target]()]
    if node.target in _WINDOWS and len(node.all_input_nodes) == 1 and not options:
        return [_WINDOWS[node.target](*more)]
    if (node.target in (torch.flatten, "flatten") and more == (1,)) or _is_flattening(node):
        return [nn.Flatten()]
    if node.target in (torch.mean, "mean") and more in (((2, 3),), ([2, 3],), ((-2, -1),), ([-2, -1],)) and not options:
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    if _is_squeezing(node):
        return [Squeeze(_say(node))]
    raise _refuse(node)


class _Tracer(fx.Tracer):
    """Keeps with each node the line of the user's that made it."""

    def create_node(self, *args, **options):
        node = super().create_node(*args, **options)
        own = os.path.dirname(os.path.abspath(__file__)), os.path.dirname(torch.__file__)
        lines = [line for line in traceback.extract_stack() if not line.filename.startswith(own)]
        node.meta["egbench_line"] = lines[-1] if lines else None
        return node


def _trace_nodes(net: nn.Module) -> List[fx.Node]:
    try:
        return list(_Tracer().trace(net).nodes)
    except Exception as error:  # forward is run with what is no tensor, and may raise anything
        why = " ".join(str(error).split())[:200]
        raise UnsupportedModule(f"torch.fx cannot trace {type(net).__name__}.forward ({why}); {BLACK_BOX}", "") from error


def _list_steps(net: nn.Module) -> Tuple[fx.Node, List[_Step]]:
    """The graph's input, and the steps to its output."""
    first, steps, same = None, [], {}
    for node in _trace_nodes(net):
        inputs = [same.get(source, source) for source in _rows(node)]
        if _is_size(node):
            continue
        if node.op == "placeholder":
            if first is not None:
                raise UnsupportedModule(f"the model takes more than one input: '{node.name}'", node.name)
            first = node
        elif node.op == "output":
            if not steps or inputs != [steps[-1].node] or not isinstance(node.args[0], fx.Node):
                raise _refuse(node)
        else:
            modules = _modules(net, node)
            if modules == [None]:
                same[node] = inputs[0]
            else:
                steps.append(_Step(node, str(node.target) if node.op == "call_module" else node.name, modules, inputs))
    return first, steps


def _write(first: fx.Node, steps: List[_Step], marks: Dict[fx.Node, str]) -> Tuple[list, list]:
    """The row of modules with the marks that are known; and the nodes that need one."""
    row: List[Tuple[str, Union[nn.Module, str]]] = [("", f"mark {marks[first]}")] if first in marks else []
    last, needed = first, []
    for step in steps:
        inputs = step.inputs if len(step.inputs) == 1 or step.inputs[1] is not last else step.inputs[::-1]
        needed += ([] if inputs[0] is last else [inputs[0]]) + inputs[1:]
        if inputs[0] is not last:
            row.append(("", f"from {marks.get(inputs[0])}"))
        row.extend((step.name, module) for module in step.modules)
        if not step.modules:
            row.append(("", f"add {marks.get(inputs[-1])}"))
        if step.node in marks:
            row.append(("", f"mark {marks[step.node]}"))
        last = step.node
    return row, needed


def trace(net: nn.Module) -> List[Tuple[str, Union[nn.Module, str]]]:
    """(name, module) in turn, and ("", "mark a"), ("", "add a"), ("", "from a") between them."""
    first, steps = _list_steps(net)
    marks: Dict[fx.Node, str] = {}
    for node in _write(first, steps, marks)[1]:
        marks.setdefault(node, f"p{len(marks) + 1}")
    return _write(first, steps, marks)[0]
