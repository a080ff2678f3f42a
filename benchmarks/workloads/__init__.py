"""One file a workload; each defines ``build()``."""

#: In the order of the tables.
NAMES = ("mlp_64", "mlp_784", "logistic_digits", "cnn_digits", "lenet", "convolution", "recurrent",
         "transformer_block", "gpt", "generation", "gcn", "normalization", "optimizers", "scalars", "engine_overhead",
         "peak_memory")  # fmt: skip
