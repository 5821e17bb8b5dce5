"""What the value of a setting may be, by its annotation: its type and, inside ``Annotated``, its range."""

from __future__ import annotations

import math
import numbers
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal

__all__ = ["Range", "described", "fits"]


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the largest value of a setting, both allowed unless `open` says that the least is not."""

    least: float
    most: float = math.inf
    open: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether `value` is a finite number in the range."""
        return math.isfinite(value) and self.least <= value <= self.most and not (self.open and value == self.least)

    def __str__(self) -> str:
        if self.most == math.inf:
            return f"above {self.least:g}" if self.open else f"from {self.least:g}"
        return f"from {self.least:g} to {self.most:g}"


def fits(value: Any, expected: Any) -> tuple[bool, str]:
    """Tell whether `value` has the type and range of a setting, and what it should be."""
    origin, inside = typing.get_origin(expected), typing.get_args(expected)
    if origin is Annotated:
        of_type, text = fits(value, inside[0])
        return of_type and inside[1].holds(value), f"{text} {inside[1]}"
    if origin is Literal:
        return value in inside, "one of " + ", ".join(map(repr, inside))
    if origin is dict:
        return isinstance(value, dict) and all(map(_is_number, value.values())), "a table of numbers"
    if expected is float:
        return _is_number(value), "a number"
    if expected is int:
        return isinstance(value, numbers.Integral) and not isinstance(value, bool), "a whole number"
    return isinstance(value, bool), "true or false"


def described(expected: Any) -> str:
    """Return what the value of a setting of that type must be, for people."""
    return fits(None, expected)[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
