"""One file a workload; each defines ``build()``. The files are run in the order of their names."""
