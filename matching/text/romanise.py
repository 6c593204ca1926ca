"""Latin spelling of folded words in any script: weaker evidence, for pairs across scripts only."""

import re
from functools import lru_cache

from anyascii import anyascii

from matching.text.script import Script, script_of

_SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "翟": "zhai",
    "盖": "ge", "乐": "yue", "朴": "piao", "尉迟": "yuchi", "万俟": "moqi",
}  # fmt: skip
"""Surnames that are not read as the word is."""

_SKELETON_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"),
        (r"tsch|tch", "ch"),
        (r"sch|sh|zh|ts|tz|c(?=[iey])", "s"),
        (r"kh|gh|ck|ch|q", "k"),
        (r"x", "ks"),
        (r"[cg]", "k"),
        (r"[zj]", "s"),
        (r"[vw]", "v"),
        (r"[aeiouyh]", ""),
        (r"(.)\1+", r"\1"),
    )
)
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
    bones = roman.replace(" ", "")
    for pattern, replacement in _SKELETON_STEPS:
        bones = pattern.sub(replacement, bones)
    return bones
