"""Speed and memory beside PyTorch eager and other libraries, in one run: ``python -m benchmarks`` (or ``make bench``).

A workload is one file in :mod:`benchmarks.workloads`. It defines ``build()``, which returns one or several
:class:`~benchmarks.timing.Pair` (two functions that do the same work, ours and PyTorch's, and the gradients or
parameters of both) or :class:`~benchmarks.timing.Measure` (one figure with its goal). Nothing is timed before the two
sides of a pair agree. Networks carry a description that the libraries in :mod:`benchmarks.peers` build themselves from.

:mod:`~benchmarks.run` measures, :mod:`~benchmarks.report` prints and keeps ``results.json``, from which the book's page
on speed draws its tables.
"""
