"""Reasons why two records must not be merged by themselves, whatever the weights say.

A veto never adds or takes weight: it only leaves the last word to a steward. Each rule is a
function of the pair and its levels that tells its reason, or nothing; the first one speaks.
"""

from collections.abc import Callable, Mapping

from matching.comparisons.levels import Field, Level
from matching.features import Features

Levels = Mapping[Field, Level]
Rule = Callable[[Features, Features, Levels], bool]

OTHER_KIND = "a person and an organisation"

_NAMES = (Field.GIVEN, Field.FAMILY, Field.COMPANY)
_WEAK_NAMES = frozenset({Level.DIFFERENT, Level.SIMILAR})
_PROOFS: Mapping[Field, frozenset[Level]] = {
    Field.IDENTIFIER: frozenset({Level.SAME}),
    Field.BIRTH_DATE: frozenset({Level.SAME, Level.CLOSE}),
    Field.EMAIL: frozenset({Level.SAME, Level.SHARED, Level.SAME_LOCAL, Level.CLOSE}),
    Field.PHONE: frozenset({Level.SAME}),
    Field.ADDRESS: frozenset({Level.SAME, Level.SAME_STREET, Level.CLOSE}),
}
"""What may stand beside a name: a name alone, even a rare one, is a namesake's too."""


def veto(left: Features, right: Features, levels: Levels) -> str | None:
    """Return why the pair must not be merged without a steward, or None."""
    return next((reason for reason, rule in RULES.items() if rule(left, right, levels)), None)


def _kinds_differ(left: Features, right: Features, _levels: Levels) -> bool:
    """Tell whether a person meets a company; one who has neither name may be either."""
    return left.kind is not right.kind and _has_name(left) and _has_name(right)


def _has_name(one: Features) -> bool:
    return bool(one.name.whole or one.company)


def _identifiers_differ(_left: Features, _right: Features, levels: Levels) -> bool:
    return levels.get(Field.IDENTIFIER) in {Level.DIFFERENT, Level.CLOSE}


def _capacity_unclear(left: Features, right: Features, levels: Levels) -> bool:
    """Tell whether only one side names a company: it may be the office's record, or the person's.

    Only what no office has, a birth date, shows that both are the person's.
    """
    one_sided = bool(left.company) is not bool(right.company)
    return one_sided and levels.get(Field.BIRTH_DATE) is not Level.SAME


def _generations_differ(left: Features, right: Features, _levels: Levels) -> bool:
    one, other = left.name.generation, right.name.generation
    return one is not None and other is not None and one != other


def _generation_unclear(left: Features, right: Features, levels: Levels) -> bool:
    """Tell whether only one side says Jr: a father's records seldom say Sr. A birth date helps."""
    one_sided = (left.name.generation is None) is not (right.name.generation is None)
    return one_sided and levels.get(Field.BIRTH_DATE) is not Level.SAME


def _given_names_differ(_left: Features, _right: Features, levels: Levels) -> bool:
    """Tell whether the given names are others: twins, couples and parents share all but this."""
    return levels.get(Field.GIVEN) in _WEAK_NAMES


def _birth_dates_differ(_left: Features, _right: Features, levels: Levels) -> bool:
    return levels.get(Field.BIRTH_DATE) is Level.DIFFERENT


def _names_missing(_left: Features, _right: Features, levels: Levels) -> bool:
    """Tell whether no name agrees: a shared e-mail or phone may be a family's, or an office's."""
    return not any(levels.get(field, Level.DIFFERENT) not in _WEAK_NAMES for field in _NAMES)


def _name_alone(_left: Features, _right: Features, levels: Levels) -> bool:
    return not any(levels.get(field) in proofs for field, proofs in _PROOFS.items())


RULES: Mapping[str, Rule] = {
    OTHER_KIND: _kinds_differ,
    "different identifiers of one kind": _identifiers_differ,
    "a company's contact and a private person": _capacity_unclear,
    "different generations": _generations_differ,
    "a generation on one side only": _generation_unclear,
    "different given names": _given_names_differ,
    "different birth dates": _birth_dates_differ,
    "no name in common": _names_missing,
    "nothing but the name in common": _name_alone,
}
