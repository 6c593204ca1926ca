"""Latin spelling of folded words in any script: weaker evidence, for pairs across scripts only."""

import re
from collections.abc import Mapping
from functools import lru_cache

from anyascii import anyascii

from matching.text.script import Script, script_of

_SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "翟": "zhai",
    "盖": "ge", "乐": "yue", "朴": "piao", "尉迟": "yuchi", "万俟": "moqi",
}  # fmt: skip
"""Surnames that are not read as the word is."""

_AFFRICATES = re.compile(r"tsch|tch")
_SIBILANTS = re.compile(r"sch|sh|zh|ts|tz|c(?=[iey])")
_GUTTURALS = re.compile(r"kh|gh|ck|ch|q")
_COMPOUND = frozenset("hcqt")
"""One of these is in every sibilant and guttural that is written with more than one letter."""
_SINGLE = str.maketrans("cgzjw", "kkssv", "aeiouyh") | {ord("x"): "ks"}
_BREATHED = {sign: to for sign, to in _SINGLE.items() if sign != ord("h")} | {ord("-"): None}
_DOUBLE = re.compile(r"(.)\1+")
_CACHED = 1 << 16


@lru_cache(_CACHED)
def romanise(words: str) -> str:
    """Return folded ``words`` in a-z and 0-9 without spaces between Han syllables."""
    if words.isascii():
        return words
    if script_of(words) is Script.HAN:
        return _SURNAME_READINGS.get(words) or _pinyin(words)
    return re.sub(r"[^a-z0-9 ]", "", anyascii(words).lower()).strip()


def _pinyin(words: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - loads dictionaries; most runs meet no Han

    return "".join(lazy_pinyin(words))


@lru_cache(_CACHED)
def skeleton(roman: str) -> str:
    """Return the consonants that survive most ways to romanise a name: Mohammed, Muhamad, محمد."""
    return _consonants(roman, _SINGLE)


@lru_cache(_CACHED)
def breathed(roman: str) -> str:
    """Return the consonants with every h but a last one: Ahmed and Mohammed differ in no other.

    For a name that one side writes without vowels; there, zh is two letters.
    """
    return _consonants(roman.rstrip("h").replace("zh", "z-h"), _BREATHED)


@lru_cache(_CACHED)
def unrounded(roman: str) -> str:
    """Return `breathed` without the w that an abjad writes for o and u, too: Nour, نور."""
    return _DOUBLE.sub(r"\1", breathed(roman).replace("v", ""))


def _consonants(roman: str, signs: Mapping[int, int | str | None]) -> str:
    bones = roman.replace(" ", "").replace("ph", "f")
    if "ch" in bones:
        bones = _AFFRICATES.sub("ch", bones)
    if not _COMPOUND.isdisjoint(bones):
        bones = _GUTTURALS.sub("k", _SIBILANTS.sub("s", bones))
    return _DOUBLE.sub(r"\1", bones.translate(signs))
