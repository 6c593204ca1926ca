"""A code of how a Latin name sounds: the first letter and the classes of its consonants."""

from functools import lru_cache

_CLASSES = str.maketrans("bpfvwcgkqsxzjdtlrmnaeiouyh", "1111122222222334566.......")
_FIRST = str.maketrans("cqyvwxz", "kkiffss")
_LENGTH = 5
_CACHED = 1 << 16


@lru_cache(_CACHED)
def sound(roman: str) -> str:
    """Return a code of at most five signs, equal for names that sound alike; empty for none."""
    letters = roman.replace(" ", "").replace("ph", "f").replace("th", "t")
    if not letters:
        return ""
    code = letters[0].translate(_FIRST)
    last = letters[0].translate(_CLASSES)
    for sign in letters[1:].translate(_CLASSES):
        if sign not in {last, "."}:
            code += sign
        last = sign
    return code[:_LENGTH]
