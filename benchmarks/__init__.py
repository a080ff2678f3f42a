"""Speed and memory beside PyTorch eager, one thread, in one run: ``python -m benchmarks`` (or ``make bench``).

A workload is one file in :mod:`benchmarks.workloads`. It defines ``build()``, which returns a
:class:`~benchmarks.timing.Pair` (two functions that do the same work, ours and PyTorch's, and the gradients or
parameters of both) or a :class:`~benchmarks.timing.Measure` (one figure with its goal). Nothing is timed before the
two sides of a pair agree.
"""
