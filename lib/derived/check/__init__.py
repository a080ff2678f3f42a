"""Claims and the independent references that they are checked against."""

from derived.check.claims import ClaimFailed, claim
from derived.check.gradients import adjoint_error, directional, finite_difference, gradcheck

__all__ = ["ClaimFailed", "adjoint_error", "claim", "directional", "finite_difference", "gradcheck"]
