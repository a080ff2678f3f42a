"""The library of *Deep Learning, Derived*: every function that a chapter derives, implemented once, in NumPy.

The rooms stand on floors, and a room imports only from floors below its own:

0. :mod:`derived.arguments`, :mod:`derived.check` - messages for bad input, claims, gradient checks
1. :mod:`derived.tensor` - tensors, primitives with pullbacks, the tape
2. :mod:`derived.ops` - the primitives, by family
3. :mod:`derived.nn`, :mod:`derived.initialization` - modules that hold parameters
4. :mod:`derived.optim` - optimizers
5. :mod:`derived.data`, :mod:`derived.training` - data sets, batches, the training loop
6. :mod:`derived.topics` - one room for each subject that is not a layer

:mod:`derived.viz`, :mod:`derived.exercises` and :mod:`derived.parity` (the same networks in PyTorch) are imported by
chapters only.
"""

__version__ = "0.1.0"
