"""Parameters, modules that hold them, and modules one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from derived.arguments import require
from derived.tensor import Tensor


class Parameter(Tensor):
    """A tensor that a module learns: it requires its gradient."""

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad)


class Module:
    """A function with parameters; subclasses set parameters and modules as attributes and define ``forward``.

    Attributes
    ----------
    training : whether the module behaves as in training (dropout and batch normalisation do), set by :meth:`train`.
    """

    training = True
    _buffers: tuple[str, ...] = ()

    def __call__(self, *inputs: Any, **options: Any) -> Tensor:
        return self.forward(*inputs, **options)

    def forward(self, *inputs: Any, **options: Any) -> Tensor:
        """The value of the module."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def children(self) -> Iterator[tuple[str, Module]]:
        """Modules held directly, with their names; entries of lists are named by their position."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value
            elif isinstance(value, list | tuple):
                yield from ((f"{name}.{i}", v) for i, v in enumerate(value) if isinstance(v, Module))

    def modules(self) -> Iterator[Module]:
        """This module and all that it holds, at any depth."""
        yield self
        for _, child in self.children():
            yield from child.modules()

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their names, such as ``0.weight``, each once (a shared one at its first place)."""
        seen = set()
        for name, p in self._all_parameters():
            if p not in seen:
                seen.add(p)
                yield name, p

    def _own_parameters(self) -> Iterator[tuple[str, Parameter]]:
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield name, value
            elif isinstance(value, list | tuple):
                yield from ((f"{name}.{i}", v) for i, v in enumerate(value) if isinstance(v, Parameter))

    def _all_parameters(self) -> Iterator[tuple[str, Parameter]]:
        yield from self._own_parameters()
        for name, child in self.children():
            yield from ((f"{name}.{inner}", p) for inner, p in child._all_parameters())

    def parameters(self) -> list[Parameter]:
        """All parameters, each once, in the order of :meth:`named_parameters`."""
        return [p for _, p in self.named_parameters()]

    def register_buffer(self, name: str, array: np.ndarray | None) -> None:
        """Set an attribute that belongs to the state but is not learnt, such as a running mean; change it in place."""
        setattr(self, name, array)
        self._buffers = (*self._buffers, name)

    def _own_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        return ((name, getattr(self, name)) for name in self._buffers if getattr(self, name) is not None)

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """All registered arrays with their names (None is left out)."""
        yield from self._own_buffers()
        for name, child in self.children():
            yield from ((f"{name}.{inner}", array) for inner, array in child.named_buffers())

    def _all_state(self) -> Iterator[tuple[str, np.ndarray]]:
        """Arrays of parameters and buffers, module by module, as PyTorch orders them."""
        yield from ((name, p.data) for name, p in self._own_parameters())
        yield from self._own_buffers()
        for name, child in self.children():
            yield from ((f"{name}.{inner}", array) for inner, array in child._all_state())

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all parameters' and buffers' arrays by name; a shared one stands under each of its names."""
        return {name: array.copy() for name, array in self._all_state()}

    def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
        """Copy arrays by name into the parameters and buffers.

        Raises
        ------
        ValueError
            if a name is missing or unknown, or if a shape differs; nothing is changed then.
        """
        own = dict(self._all_state())
        missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
        require(not missing and not unknown, f"load_state_dict: missing {missing}, unknown {unknown}")
        for name, array in own.items():
            shape = np.shape(state[name])
            require(shape == array.shape, "load_state_dict: {} has shape {}, expected {}", name, shape, array.shape)
        for name, array in own.items():
            array[...] = state[name]

    def train(self, mode: bool = True) -> Module:
        """Switch this module and all that it holds to training behaviour, or off again."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Switch to the behaviour at test time."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for p in self.parameters():
            p.grad = None

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Freeze (False) or thaw all parameters."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def __repr__(self) -> str:
        lines = [f"  ({name}): " + repr(child).replace("\n", "\n  ") for name, child in self.children()]
        body = "\n" + "\n".join(lines) + "\n" if lines else self.extra_repr()
        return f"{type(self).__name__}({body})"

    def extra_repr(self) -> str:
        """What stands between the brackets of a module without children."""
        return ""


class Sequential(Module):
    """Modules applied one after the other; indexing and slicing give parts that share the parameters."""

    def __init__(self, *modules: Module) -> None:
        self.layers = list(modules)

    def children(self) -> Iterator[tuple[str, Module]]:
        """The modules, named 0, 1, 2, …, as PyTorch names them."""
        return ((str(i), layer) for i, layer in enumerate(self.layers))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """The last module's value."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __getitem__(self, index: int | slice) -> Module:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def __len__(self) -> int:
        return len(self.layers)
