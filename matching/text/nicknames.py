"""Which given names are forms of one name: Bob and Robert, Sasha and Aleksandr, Pepe and José."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import yaml
from nicknames import name_triplets
from numpy.typing import NDArray

from matching.text.fold import fold


class NicknameTable(NamedTuple):
    """All names that have, or are, another form of a name; sorted."""

    names: pa.Array
    formal: pa.Array
    """The formal name that each most likely stands for: of several, the one with most forms."""
    initials: NDArray[np.int32]
    """With what letters the formal names of each may begin, a bit a letter."""
    related: NDArray[np.int64]
    """Pairs of places in ``names`` that share a formal name, ``less << 32 | greater``, sorted."""


def formal_names(given: str) -> frozenset[str]:
    """Return the folded formal names that ``given`` (folded) may stand for, and itself."""
    return _formal().get(given, frozenset({given}))


def is_nickname(given: str) -> bool:
    """Tell whether ``given`` (folded) is known, as a formal name or as a form of one."""
    return given in _formal()


@cache
def nickname_table() -> NicknameTable:
    """Return the table for looking up many names at once."""
    formal = _formal()
    names = sorted(formal)
    forms = Counter(one for several in formal.values() for one in several)
    likely = [min(formal[name], key=lambda one: (-forms[one], one)) for name in names]
    place = {name: number for number, name in enumerate(names)}
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for name in names:
        for one in formal[name]:
            groups[one].append(place[name])
    pairs = {
        one << 32 | other for group in groups.values() for one, other in combinations(group, 2)
    }
    related = np.array(sorted(pairs), np.int64)
    initials = [sum({initial_bit(one[0]) for one in formal[name]}) for name in names]
    return NicknameTable(pa.array(names), pa.array(likely), np.array(initials, np.int32), related)


def initial_bit(letter: str) -> int:
    """Return the bit of a first letter; 0 for what is none of a to z."""
    return 1 << (ord(letter) - ord("a")) if "a" <= letter <= "z" else 0


@cache
def _formal() -> Mapping[str, frozenset[str]]:
    """Return every name with the formal names it may stand for, and itself.

    English ones come from the nicknames package, other languages from our own table.
    """
    formal: defaultdict[str, set[str]] = defaultdict(set)
    for name, _, form in name_triplets():
        formal[fold(form)].add(fold(name))
    text = files("matching.text").joinpath("nicknames.yaml").read_text("utf-8")
    for name, *forms in yaml.load(text, yaml.CSafeLoader):
        for form in forms:
            formal[fold(form)].add(fold(name))
    for name in {one for several in formal.values() for one in several}:
        formal[name].add(name)
    return {name: frozenset(several | {name}) for name, several in formal.items()}
