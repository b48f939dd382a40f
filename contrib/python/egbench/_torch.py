# SPDX-License-Identifier: GPL-3.0-or-later
"""torch modules as text and tensors, and back."""
from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Tuple

import numpy as np
import torch
from torch import nn

from ._errors import BLACK_BOX, UnsupportedModule
from ._models import is_joint, steps
from ._trace import Squeeze, is_sequential, trace

_ACTIVATIONS = {nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid", nn.Softplus: "softplus"}
_EPSILON = 1e-5  # of a batch norm in the file


def _leaves(net: nn.Module, name: str = "") -> Iterator[Tuple[str, nn.Module]]:
    if isinstance(net, nn.Sequential):
        for key, child in net.named_children():
            yield from _leaves(child, f"{name}.{key}" if name else key)
    elif not isinstance(net, (nn.Identity,)):
        yield name, net


def _refuse(name: str, module: nn.Module, why: str) -> UnsupportedModule:
    where = f"module '{name}'" if name else "the model"
    return UnsupportedModule(f"{where} is {str(module).splitlines()[0][:120]}: {why}", name)


def _lack(name: str, module: nn.Module, why: str) -> UnsupportedModule:
    return _refuse(name, module, f"{why}; {BLACK_BOX}")


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()


def _square(value) -> Tuple[int, int]:
    return tuple(value) if isinstance(value, tuple) else (value, value)


def _window(name: str, module: nn.Module, kernel, stride, padding, usual_stride: int) -> str:
    """ "same" or "pad N", "stride N" as they follow a window. """
    (height, width), (down, right) = _square(kernel), _square(stride)
    if down != right:
        raise _lack(name, module, "strides of height and width must be the same")
    words = ""
    if padding == "same" or (padding != "valid" and _square(padding) != (0, 0)):
        is_centred = padding == "same" or _square(padding) == ((height - 1) // 2, (width - 1) // 2)
        if is_centred and height % 2 and width % 2 and down == 1:
            words = " same"
        elif padding != "same" and len(set(_square(padding))) == 1:
            words = f" pad {_square(padding)[0]}"
        else:
            raise _lack(name, module, "of paddings there are half an odd window with stride 1, and one for all sides")
    return words + (f" stride {down}" if down != usual_stride else "")


def _convolution(name: str, module: nn.Conv2d) -> str:
    if _square(module.dilation) != (1, 1) or module.padding_mode != "zeros":
        raise _lack(name, module, "convolutions have no dilation, and zeros around")
    height, width = module.kernel_size
    window = _window(name, module, module.kernel_size, module.stride, module.padding, 1)
    groups = f" groups {module.groups}" if module.groups > 1 else ""
    return f"conv {height}x{width}x{module.out_channels}{window}{groups}"


def _pool(name: str, module: nn.Module, word: str) -> str:
    height, width = _square(module.kernel_size)
    if module.ceil_mode or (word == "mean_pool" and _square(module.padding) != (0, 0)):
        raise _lack(name, module, "pools have whole windows, and means no padding")
    window = _window(name, module, module.kernel_size, module.stride, module.padding, height)
    return (f"{word} {height}x{width}" if height != width else f"{word} {height}") + window


def _function(module: nn.Module) -> Optional[str]:
    """The text of a function of each number that is no activation there, but a layer."""
    if isinstance(module, nn.GELU):
        return "gelu" if module.approximate == "none" else "gelu_tanh"
    if isinstance(module, nn.Softplus) and module.beta != 1:
        return f"softplus {module.beta!r}"
    if isinstance(module, nn.LeakyReLU):
        return f"leaky_relu {module.negative_slope!r}"
    if isinstance(module, nn.ELU):
        return f"elu {module.alpha!r}"
    return "silu" if isinstance(module, nn.SiLU) else None


def _normalisation(name: str, module: nn.Module, is_image: bool) -> str:
    epsilon = f" epsilon {module.eps!r}" if module.eps != _EPSILON else ""
    if isinstance(module, nn.GroupNorm):
        return f"groupnorm {module.num_groups}{epsilon}"
    if len(module.normalized_shape) != (3 if is_image else 1):
        raise _lack(name, module, "layer norms are of a whole row, (channels, height, width) or (features,)")
    return "layernorm" + epsilon


def _affine(module: nn.Module, size) -> Dict[str, np.ndarray]:
    return {"weight": np.ones(size) if module.weight is None else _array(module.weight),
            "bias": np.zeros(size) if module.bias is None else _array(module.bias)}


def _item(name: str, module: nn.Module, is_image: bool) -> Tuple[str, Dict[str, np.ndarray]]:
    if isinstance(module, nn.Linear):
        if is_image:
            raise _refuse(name, module, "it takes rows of images: put nn.Flatten() before it")
        return f"dense {module.out_features}", _affine(module, module.out_features)
    if isinstance(module, nn.Conv2d):
        if not is_image:
            raise _refuse(name, module, "it takes images: give X as rows x channels x height x width, or shape=")
        return _convolution(name, module), _affine(module, module.out_channels)
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        if module.running_mean is None:
            raise _lack(name, module, "a batch norm needs its running averages")
        tensors = _affine(module, module.num_features)
        tensors["running_mean"] = _array(module.running_mean)
        tensors["running_var"] = _array(module.running_var) + module.eps - _EPSILON
        return "batchnorm", tensors
    if isinstance(module, nn.MaxPool2d) and _square(module.dilation) == (1, 1):
        return _pool(name, module, "pool"), {}
    if isinstance(module, nn.AvgPool2d):
        return _pool(name, module, "mean_pool"), {}
    if isinstance(module, nn.AdaptiveAvgPool2d) and module.output_size in (1, (1, 1)):
        return "global_mean_pool", {}
    if isinstance(module, (nn.LayerNorm, nn.GroupNorm)):
        size = module.normalized_shape if isinstance(module, nn.LayerNorm) else module.num_channels
        return _normalisation(name, module, is_image), _affine(module, size)
    if _function(module):
        return _function(module), {}
    if isinstance(module, nn.Flatten) and module.start_dim == 1:
        return "flatten", {}
    if isinstance(module, (nn.Dropout, nn.Dropout2d)):
        return f"dropout {module.p:g}", {}
    if type(module) in _ACTIVATIONS and not (isinstance(module, nn.Softplus) and module.beta != 1):
        return _ACTIVATIONS[type(module)], {}
    if isinstance(module, (nn.Softmax, nn.LogSoftmax)):
        raise _refuse(name, module, "what is explained is a raw output: leave it out")
    if isinstance(module, Squeeze) or (isinstance(module, nn.Flatten) and module.start_dim == 0):
        raise _lack(name, module, "this is for the end of a network of one output alone; give output= of several")
    raise _lack(name, module, "it has no counterpart here; there are Sequential, Linear, Conv2d, BatchNorm1d, BatchNorm2d, "
                              "LayerNorm, GroupNorm, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d(1), Flatten, Dropout, "
                              "Identity, ReLU, Tanh, Sigmoid, Softplus, LeakyReLU, ELU, GELU and SiLU")


def _ends_squeezed(leaves: list) -> bool:
    """Whether the last is what makes rows x 1 into rows, which changes no number."""
    linear = [module for _, module in leaves if isinstance(module, nn.Linear)]
    last = leaves[-1][1] if leaves else None
    return bool(linear) and linear[-1].out_features == 1 and (
        isinstance(last, Squeeze) or (isinstance(last, nn.Flatten) and last.start_dim in (0, 1)))


def describe(net: nn.Module, shape: Optional[tuple] = None) -> Tuple[str, Dict[str, np.ndarray]]:
    """The text form of a module and its tensors. shape: (channels, height, width) of a row, of images."""
    texts: List[str] = []
    tensors: Dict[str, np.ndarray] = {}
    images, activations = {}, set(_ACTIVATIONS.values())
    is_image, number = shape is not None, 0
    leaves = list(_leaves(net)) if is_sequential(net) else trace(net)
    if _ends_squeezed(leaves):
        leaves.pop()
    for name, module in leaves:
        if isinstance(module, str):
            texts.append(module)
            images.update({module[5:]: is_image} if module.startswith("mark") else {})
            is_image = images[module[5:]] if module.startswith("from") else is_image
            continue
        text, parts = _item(name, module, is_image)
        if text in activations and (not texts or texts[-1] in activations):
            raise _refuse(name, module, "an activation follows a layer, one each")
        is_image = is_image and text != "flatten"
        texts.append(text)
        tensors.update({f"{number}.{part}": array for part, array in parts.items()})
        number += 1
    if not any(text.startswith(("dense", "conv")) for text in texts):
        raise _refuse("", net, "it has no layer with weights")
    if texts[-1] == "sigmoid":
        raise _refuse(*leaves[-1], "what is explained is the output before it, the log-odds: leave it out (net[:-1])")
    image = [f"image {shape[1]}x{shape[2]}x{shape[0]}"] if shape else []
    return ", ".join(image + texts), tensors


def _sizes(words: str) -> List[int]:
    return [int(size) for size in words.split()[1].split("x")]


def _option(item: str, name: str) -> Optional[int]:
    words = item.split()
    return int(words[words.index(name) + 1]) if name in words else None


_FUNCTIONS = {"leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "silu": nn.SiLU, "softplus": nn.Softplus,
              "gelu": nn.GELU, "gelu_tanh": lambda: nn.GELU("tanh")}


def _module(item: str, weight: Optional[np.ndarray]) -> nn.Module:
    word, stride, pad = item.split()[0], _option(item, "stride"), _option(item, "pad") or 0
    if word == "dense":
        return nn.Linear(weight.shape[1], weight.shape[0])
    if word == "conv" and not ("same" in item and (stride or 1) > 1):
        groups = _option(item, "groups") or 1
        return nn.Conv2d(weight.shape[1] * groups, weight.shape[0], tuple(weight.shape[2:]), stride or 1,
                         "same" if "same" in item else pad, groups=groups)
    if word == "pool" and "same" not in item:
        return nn.MaxPool2d(tuple((_sizes(item) * 2)[:2]), stride, pad)
    if word == "mean_pool" and "same" not in item and not pad:
        return nn.AvgPool2d(tuple((_sizes(item) * 2)[:2]), stride)
    if item == "global_mean_pool":
        return nn.AdaptiveAvgPool2d(1)
    if word in ("layernorm", "groupnorm"):
        epsilon = float(item.split("epsilon")[1]) if "epsilon" in item else _EPSILON
        if word == "layernorm":
            return nn.LayerNorm(weight.shape, epsilon)
        return nn.GroupNorm(int(item.split()[1]), len(weight), epsilon)
    if word == "dropout":
        return nn.Dropout(float(item.split()[1]))
    if item == "flatten":
        return nn.Flatten()
    for kind, name in _ACTIVATIONS.items():
        if item == name:
            return kind()
    if item == "identity":
        return nn.Identity()
    if word in _FUNCTIONS:
        return _FUNCTIONS[word](*[float(number) for number in item.split()[1:]])
    raise UnsupportedModule(f"'{item}' has no counterpart in torch here", item)


class Residual(nn.Module):
    """A network with named points, additions of them and ways back to them; its modules are numbered as those of a
    Sequential."""

    def __init__(self, modules: List[nn.Module], text: str):
        super().__init__()
        for number, module in enumerate(modules):
            self.add_module(str(number), module)
        self._steps = steps(text)

    def forward(self, x):
        points, modules = {}, iter(list(self.children()))
        for step in self._steps:
            word, name = step.split()[0], step.split()[-1]
            if word == "mark":
                points[name] = x
            elif word == "add":
                x = x + points[name]
            else:
                x = points[name] if word == "from" else next(modules)(x)
        return x


def build(text: str, tensors: Dict[str, np.ndarray]) -> nn.Module:
    """The Sequential of a text form, or a Residual, in double precision, not in training."""
    modules: List[nn.Module] = []
    images: Dict[str, bool] = {}
    is_image = text.strip().startswith("image ")
    for step in steps(text):
        word, name = step.split()[0], step.split()[-1]
        if is_joint(step):
            images.update({name: is_image} if word == "mark" else {})
            is_image = images[name] if word == "from" else is_image
            continue
        weight = tensors.get(f"{len(modules)}.weight")
        if word == "batchnorm":
            modules.append((nn.BatchNorm2d if is_image else nn.BatchNorm1d)(len(weight)))
        else:
            modules.append(_module(step, weight))
        is_image = is_image and step != "flatten"
    net = Residual(modules, text) if any(map(is_joint, steps(text))) else nn.Sequential(*modules)
    net = net.double().eval()
    state = {name: torch.as_tensor(array.copy()) for name, array in tensors.items()}
    net.load_state_dict(state, strict=False)
    return net


class OneOutput(nn.Module):
    """One output of a module, a number a row."""

    def __init__(self, module: nn.Module, output: int = 0):
        super().__init__()
        self.module, self.output = module, output

    def forward(self, x):
        return self.module(x).reshape(len(x), -1)[:, self.output]  # of one output it may give a number a row
