"""The formulas of a profile: a small closed grammar, parsed here and never run as Python.

::

    choice      any [ "if" any "else" choice ]
    any         binary operators, the loosest first: or · and · < <= > >= == != · | · & ·
                << >> · + - · * / %
    unary       ( "-" | "+" | "not" ) unary | value
    value       number | field | function "(" choice { "," choice } ")" | "(" choice ")"
    function    abs sqrt log log10 exp floor round (one value), min max (two to eight)

A text is tokenised, parsed once into a closed tree of the operations above, and evaluated over
whole arrays. There are no powers, attributes, indices, loops or names but those of the fields;
length and depth are bounded, and so is the work: one array operation for each node.

A step whose result is not finite gives `nan`, and `nan` stays: no reading is made from none.
Bits are those of whole numbers up to 2⁵³; of anything else they give `nan`.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

    _Array = NDArray[np.float64]
    _Node = Callable[[Mapping[str, _Array]], _Array]

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "WORDS", "Formula", "FormulaError", "parse_formula"]

MAX_LENGTH: Final = 200
MAX_DEPTH: Final = 50
_MAX_ARGUMENTS = 8
_MAX_WHOLE = 2.0**53

_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]{1,13}|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><<|>>|<=|>=|==|!=|\*\*|//|[-+*/%&|<>(),]))",
    re.ASCII,
)


class FormulaError(ValueError):
    """A text that is no formula; its words say why."""


class _Token(NamedTuple):
    kind: str
    text: str


def _finite(values: _Array) -> _Array:
    return np.where(np.isfinite(values), values, np.nan)


def _whole(values: _Array) -> NDArray[np.bool_]:
    # A comparison with nan is False, and warns of nothing.
    is_whole: NDArray[np.bool_] = (np.abs(values) <= _MAX_WHOLE) & (np.floor(values) == values)
    return is_whole


def _shift(values: _Array, by: _Array, sign: int) -> _Array:
    may = _whole(values) & _whole(by) & (by >= 0) & (by <= 63)
    factor = np.exp2(np.where(may, sign * by, 0.0))
    shifted = np.floor(values * factor)
    return np.where(may & (np.abs(shifted) <= _MAX_WHOLE), shifted, np.nan)


def _bits(
    of: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]],
) -> Callable[[_Array, _Array], _Array]:
    def both(left: _Array, right: _Array) -> _Array:
        may = _whole(left) & _whole(right)
        one = np.where(may, left, 0.0).astype(np.int64)
        other = np.where(may, right, 0.0).astype(np.int64)
        return np.where(may, of(one, other).astype(np.float64), np.nan)

    return both


def _truth(
    of: Callable[[_Array, _Array], NDArray[np.bool_]],
) -> Callable[[_Array, _Array], _Array]:
    def known(left: _Array, right: _Array) -> _Array:
        return np.where(np.isnan(left) | np.isnan(right), np.nan, of(left, right))

    return known


_BINARY: Final[tuple[dict[str, Callable[[_Array, _Array], _Array]], ...]] = (
    {"or": _truth(lambda left, right: (left != 0) | (right != 0))},
    {"and": _truth(lambda left, right: (left != 0) & (right != 0))},
    {
        "<": _truth(operator.lt),
        "<=": _truth(operator.le),
        ">": _truth(operator.gt),
        ">=": _truth(operator.ge),
        "==": _truth(operator.eq),
        "!=": _truth(operator.ne),
    },
    {"|": _bits(np.bitwise_or)},
    {"&": _bits(np.bitwise_and)},
    {
        "<<": lambda left, right: _shift(left, right, 1),
        ">>": lambda left, right: _shift(left, right, -1),
    },
    {"+": np.add, "-": np.subtract},
    {"*": np.multiply, "/": np.divide, "%": np.mod},
)
_LEVEL: Final = {sign: level for level, signs in enumerate(_BINARY) for sign in signs}
_COMPARISON: Final = 2

_UNARY: Final[dict[str, Callable[[_Array], _Array]]] = {
    "-": np.negative,
    "+": np.positive,
    "not": lambda value: np.where(np.isnan(value), np.nan, value == 0),
}
_FUNCTIONS: Final[dict[str, Callable[[_Array], _Array]]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "log10": np.log10,
    "exp": np.exp,
    "floor": np.floor,
    "round": np.round,
}
_FOLDS: Final[dict[str, Callable[[_Array, _Array], _Array]]] = {
    "min": np.minimum,
    "max": np.maximum,
}
# No field may be called so.
WORDS: Final = frozenset({"if", "else", "or", "and", "not", *_FUNCTIONS, *_FOLDS})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was understood.

    Parameters
    ----------
    text
        As it was written.
    fields
        The fields it uses.
    """

    text: str
    fields: frozenset[str]
    _root: _Node

    def evaluate(self, values: Mapping[str, _Array]) -> _Array:
        """Compute it.

        Parameters
        ----------
        values
            For each field its values, all of one shape ``(n_samples,)``.

        Returns
        -------
        ndarray
            Of the same shape; `nan` where it comes to nothing finite.
        """
        with np.errstate(all="ignore"):
            return np.asarray(self._root(values), dtype=np.float64)


def parse_formula(text: str, fields: Collection[str]) -> Formula:
    """Understand a formula.

    Parameters
    ----------
    text
        At most `MAX_LENGTH` characters.
    fields
        The names it may use.

    Raises
    ------
    FormulaError
        If it is none.
    """
    if len(text) > MAX_LENGTH:
        msg = f"The formula is longer than {MAX_LENGTH} characters. Please make it shorter."
        raise FormulaError(msg)
    return _Parser(_tokens(text), fields).formula(text)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            sign = text[place:].lstrip()[0]
            msg = f"“{sign}” has no place in a formula."
            raise FormulaError(msg)
        token = _Token(found.lastgroup, found[found.lastgroup])
        if token.text in {"**", "//"}:
            msg = f"“{token.text}” is not known here; use * and /, and floor( ) where needed."
            raise FormulaError(msg)
        tokens.append(token)
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], fields: Collection[str]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._place = 0
        self._depth = 0
        self._used: set[str] = set()

    def formula(self, text: str) -> Formula:
        root = self._choice()
        if self._place < len(self._tokens):
            msg = f"“{self._tokens[self._place].text}” is not expected there."
            raise FormulaError(msg)
        if not self._used:
            msg = "The formula uses no field, so it would make up readings. Name a field."
            raise FormulaError(msg)
        return Formula(text, frozenset(self._used), root)

    def _next(self) -> str:
        return self._tokens[self._place].text if self._place < len(self._tokens) else ""

    def _accept(self, text: str) -> bool:
        if self._next() != text:
            return False
        self._place += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            found = f"“{self._next()}” stands there" if self._next() else "it ends before"
            msg = f"“{text}” is missing: {found}."
            raise FormulaError(msg)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            msg = f"The formula is nested more than {MAX_DEPTH} deep. Please make it simpler."
            raise FormulaError(msg)

    def _choice(self) -> _Node:
        self._deeper()
        value = self._binary(0)
        if self._accept("if"):
            condition = self._binary(0)
            self._expect("else")
            value = _choose(condition, value, self._choice())
        self._depth -= 1
        return value

    def _binary(self, loosest: int) -> _Node:
        left = self._unary()
        while (level := _LEVEL.get(self._next(), -1)) >= loosest:
            sign = self._next()
            self._place += 1
            right = self._binary(level + 1)
            if level == _COMPARISON and _LEVEL.get(self._next()) == _COMPARISON:
                msg = "Comparisons do not chain: write “a < b and b < c”."
                raise FormulaError(msg)
            left = _apply_two(_BINARY[level][sign], left, right)
        return left

    def _unary(self) -> _Node:
        if (sign := self._next()) in _UNARY:
            self._deeper()
            self._place += 1
            # As in Python, “not a < b” denies the comparison, and “-a < b” does not.
            inner = self._binary(_COMPARISON) if sign == "not" else self._unary()
            self._depth -= 1
            return _apply_one(_UNARY[sign], inner)
        return self._value()

    def _value(self) -> _Node:
        if self._place >= len(self._tokens):
            msg = "The formula ends where a value should stand."
            raise FormulaError(msg)
        token = self._tokens[self._place]
        self._place += 1
        if token.kind == "number":
            return _constant(_number(token.text))
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            inner = self._choice()
            self._expect(")")
            return inner
        msg = f"“{token.text}” stands where a value should stand."
        raise FormulaError(msg)

    def _named(self, name: str) -> _Node:
        if name in _FUNCTIONS or name in _FOLDS:
            return self._call(name)
        if self._next() == "(":
            known = ", ".join((*_FUNCTIONS, *_FOLDS))
            msg = f"There is no function “{name}”; there are {known}."
            raise FormulaError(msg)
        if name not in self._fields:
            known = ", ".join(self._fields) or "none"
            msg = f"The layout has no field “{name}”; it has {known}."
            raise FormulaError(msg)
        self._used.add(name)
        return lambda values: _finite(values[name])

    def _call(self, name: str) -> _Node:
        self._expect("(")
        arguments = [self._choice()]
        while self._accept(","):
            arguments.append(self._choice())
        self._expect(")")
        if name in _FUNCTIONS:
            if len(arguments) != 1:
                msg = f"{name}( ) takes one value."
                raise FormulaError(msg)
            return _apply_one(_FUNCTIONS[name], arguments[0])
        if not 2 <= len(arguments) <= _MAX_ARGUMENTS:
            msg = f"{name}( ) takes two to {_MAX_ARGUMENTS} values."
            raise FormulaError(msg)
        folded = arguments[0]
        for argument in arguments[1:]:
            folded = _apply_two(_FOLDS[name], folded, argument)
        return folded


def _number(text: str) -> float:
    value = float(int(text, 16)) if text[:2] in {"0x", "0X"} else float(text)
    if not np.isfinite(value):
        msg = f"The number {text} is too large."
        raise FormulaError(msg)
    return value


def _constant(value: float) -> _Node:
    constant = np.asarray(value)
    return lambda _: constant


def _apply_one(apply: Callable[[_Array], _Array], inner: _Node) -> _Node:
    return lambda values: _finite(apply(inner(values)))


def _apply_two(apply: Callable[[_Array, _Array], _Array], left: _Node, right: _Node) -> _Node:
    return lambda values: _finite(apply(left(values), right(values)))


def _choose(condition: _Node, then: _Node, otherwise: _Node) -> _Node:
    def chosen(values: Mapping[str, _Array]) -> _Array:
        decided = condition(values)
        value = np.where(decided != 0, then(values), otherwise(values))
        return np.where(np.isnan(decided), np.nan, value)

    return chosen
