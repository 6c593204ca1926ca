"""Which given names are forms of one name: Bob and Robert, Sasha and Aleksandr, Pepe and José."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import yaml
from nicknames import NickNamer

from matching.text.fold import fold

_CACHED = 1 << 16


@lru_cache(_CACHED)
def formal_names(given: str) -> frozenset[str]:
    """Return the folded formal names that ``given`` (folded) may stand for, and itself."""
    english = map(fold, _english().canonicals_of(given))
    return frozenset((given, *english, *_others().get(given, ())))


@cache
def _english() -> NickNamer:
    return NickNamer()


@cache
def _others() -> Mapping[str, frozenset[str]]:
    """Return nickname -> formal names of our own table, which knows more languages."""
    text = files("matching.text").joinpath("nicknames.yaml").read_text("utf-8")
    formal: defaultdict[str, set[str]] = defaultdict(set)
    for name, *forms in yaml.safe_load(text):
        for form in forms:
            formal[fold(form)].add(fold(name))
    return {form: frozenset(names) for form, names in formal.items()}
