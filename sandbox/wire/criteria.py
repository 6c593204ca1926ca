"""The filter language of a Dynamics NAV page, for one field.

``a|b`` either · ``a..b`` ``a..`` ``..b`` between, inclusive · ``>=a`` ``>a`` ``<=a`` ``<a``
``<>a`` · ``a`` equal · ``''`` blank · ``'a|b'`` in quotes nothing is special · nothing at all:
no filter. Values compare as text; dates are ISO, so that this is their order too.
"""

import operator
import re
from collections.abc import Callable

Test = Callable[[str], bool]

_QUOTED = r"'(?:[^']|'')*'"
_ALTERNATIVE = rf"(?:{_QUOTED}|[^'|])+"
_ALTERNATIVES = re.compile(rf"{_ALTERNATIVE}(?:\|{_ALTERNATIVE})*")
_RANGE = re.compile(rf"({_QUOTED}|[^']*?)\.\.({_QUOTED}|[^']*)")
_COMPARED = re.compile(r"(<>|>=|<=|>|<)(.*)", re.DOTALL)
# Wildcards, "and", brackets: real NAV knows them, this one refuses them rather than misread them.
_UNSUPPORTED = re.compile(r"[*?&()]|^@")
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "<>": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def compile_criteria(text: str) -> Test:
    """Return the test that a field's text must pass; raises ``ValueError`` on a bad filter."""
    text = text.strip()
    if not text:
        return lambda _: True
    if not _ALTERNATIVES.fullmatch(text):
        message = "unbalanced quotes or an empty alternative"
        raise ValueError(message)
    tests = [_compile_one(part.strip()) for part in re.findall(_ALTERNATIVE, text)]
    return lambda value: any(test(value) for test in tests)


def _compile_one(text: str) -> Test:
    if compared := _COMPARED.fullmatch(text):
        compare, bound = _OPERATORS[compared[1]], _literal(compared[2])
        return lambda value: compare(value, bound)
    if between := _RANGE.fullmatch(text):
        low, high = _literal(between[1]), _literal(between[2])
        return lambda value: low <= value and (not high or value <= high)
    wanted = _literal(text)
    return lambda value: value == wanted


def _literal(text: str) -> str:
    text = text.strip()
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if _UNSUPPORTED.search(text):
        message = "wildcards, & and brackets are not supported"
        raise ValueError(message)
    return text
