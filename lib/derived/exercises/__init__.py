"""Checkers that a reader calls with an answer; one module for each chapter."""

from derived.exercises.checker import Checker, Verdict

__all__ = ["Checker", "Verdict"]
