"""What decides the rate: the count of steps, the validation loss, values of the objective, or the gradients."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TAXONOMY", "Method"]


@dataclass(frozen=True)
class Method:
    """One row: what decides, what it is called, the object of this library, its counterpart in ``torch.optim``.

    ``here`` is ``module:name``; ``there`` is empty where PyTorch has none.
    """

    decides: str
    name: str
    here: str
    there: str = ""


def _rows(decides: str, *rows: tuple[str, ...]) -> tuple[Method, ...]:
    return tuple(Method(decides, *row) for row in rows)


TAXONOMY = (
    *_rows(
        "the step count",
        ("step decay", "derived.schedules:StepLR", "lr_scheduler.StepLR"),
        ("exponential decay", "derived.schedules:ExponentialLR", "lr_scheduler.ExponentialLR"),
        ("1/t decay", "derived.schedules:InverseTimeLR"),
        ("1/√t decay", "derived.schedules:InverseSqrtLR"),
        ("triangular cycles", "derived.schedules:CyclicLR", "lr_scheduler.CyclicLR"),
        ("cosine, warm restarts", "derived.schedules:CosineAnnealingWarmRestarts",
         "lr_scheduler.CosineAnnealingWarmRestarts"),
        ("linear warm-up", "derived.schedules:LinearWarmup", "lr_scheduler.LinearLR"),
        ("Transformer", "derived.schedules:NoamLR"),
    ),
    *_rows(
        "the validation loss",
        ("halve and go back", "derived.schedules:HalveOnPlateau", "lr_scheduler.ReduceLROnPlateau"),
    ),
    *_rows(
        "values of the objective",
        ("backtracking", "derived.topics.descent:backtracking"),
        ("search over a log scale", "derived.topics.rate_search:log_search_descent"),
    ),
    *_rows(
        "the gradients",
        ("AdaGrad", "derived.optim:Adagrad", "Adagrad"),
        ("RMSProp", "derived.optim:RMSprop", "RMSprop"),
        ("AdaDelta", "derived.optim:Adadelta", "Adadelta"),
        ("Adam", "derived.optim:Adam", "Adam"),
        ("AdamW", "derived.optim:AdamW", "AdamW"),
        ("AdaMax", "derived.optim:Adamax", "Adamax"),
        ("NAdam", "derived.optim:NAdam", "NAdam"),
        ("AMSGrad", "derived.optim:Adam", "Adam"),
    ),
)  # fmt: skip
