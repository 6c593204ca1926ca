"""Which half of a whole name is the family name: what a column shows of its own order.

In Latin letters the usual order is Anna Miller, and a whole column may hold "Miller Anna"; in signs
it is 李 伟, and a column may hold 伟 李. In: a column of whole names. Out: each in its usual order.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from matching.table.columns import Column, coded
from matching.text.fold import fold
from matching.text.names import leading_family, votes_family_first
from matching.text.nicknames import nickname_table
from matching.text.script import IDEOGRAPHIC, script_of

_FEWEST = 3
"""Names that must speak for an unusual order."""
_SURER = 2
"""How many times more names must speak for it than against it."""


def in_usual_order(texts: Column) -> Column:
    """Turn the names of a column whose names are written the other way round."""
    column = coded(texts)
    names = [text or "" for text in column.values.to_pylist()]
    ideographic = np.array([script_of(name) in IDEOGRAPHIC for name in names], np.bool_)
    turned = list(names)
    for places, vote, first in (
        (np.flatnonzero(~ideographic), _latin_vote(), False),
        (np.flatnonzero(ideographic), votes_family_first, True),
    ):
        if _is_unusual([vote(names[place]) for place in places], -1 if first else 1):
            for place in places:
                turned[place] = _turned(names[place], family_first=not first)
    if turned == names:
        return texts
    return pa.array(turned, pa.string()).take(pa.array(column.codes, mask=column.codes < 0))


def _is_unusual(votes: list[int], unusual: int) -> bool:
    """Tell whether many more names speak for the unusual order than against it."""
    many = votes.count(unusual)
    return many >= _FEWEST and many > _SURER * votes.count(-unusual)


def _latin_vote() -> Callable[[str], int]:
    """Return what tells by well-known given names: 1 if the family name comes first, else -1."""
    known = frozenset(nickname_table().names.to_pylist())

    def vote(name: str) -> int:
        words = fold(name).split()
        return 0 if len(words) < 2 else (words[-1] in known) - (words[0] in known)  # noqa: PLR2004

    return vote


def _turned(name: str, *, family_first: bool) -> str:
    words = name.split()
    if len(words) < 2:  # noqa: PLR2004 - nothing to turn
        return name
    cut = leading_family(words) if family_first else len(words) - 1
    return " ".join([*words[cut:], *words[:cut]])
