"""Texts as a matrix of letters: prefixes, initials and sounds of many names at once."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.table.columns import Hashes

Letters = NDArray[np.uint8]
WIDTH = 16
"""Letters of a name that are looked at."""

_VOWEL = 7
_SOUNDS = 5


def _sound_table() -> NDArray[np.uint8]:
    """Return the class of each letter: consonants that are confused share one, vowels have none."""
    table = np.zeros(256, np.uint8)
    for group, letters in enumerate(("bpfvw", "cgkqsxzj", "dt", "l", "mn", "r"), 1):
        table[[ord(letter) for letter in letters]] = group
    table[[ord(letter) for letter in "aeiouyh"]] = _VOWEL
    return table


_SOUND = _sound_table()
_FIRST = np.arange(256, dtype=np.uint8)
_FIRST[[ord(letter) for letter in "cqyvwxz"]] = [ord(letter) for letter in "kkiffss"]


def letters_of(texts: pa.Array, width: int = WIDTH) -> Letters:
    """Return the first ``width`` bytes of each text, one a row, padded with 0; null is all 0."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, texts.offset * 4)
    data = texts.buffers()[2]
    padded = np.append(np.frombuffer(data, np.uint8) if data else [], np.zeros(width, np.uint8))
    place = offsets[:-1, None] + np.arange(width, dtype=np.int32)
    found = padded.astype(np.uint8, copy=False)[place]
    found[np.arange(width) >= np.diff(offsets)[:, None]] = 0
    return found


def lengths_of(texts: pa.Array) -> NDArray[np.int32]:
    """Return the bytes of each text."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, texts.offset * 4)
    return offsets[1:] - offsets[:-1]


def packed(letters: Letters) -> Hashes:
    """Return each row's bytes as one number; at most eight columns."""
    number = np.zeros(len(letters), np.uint64)
    for column in letters.T:
        number = number << np.uint64(8) | column
    return number


def sounds_of(letters: Letters) -> Hashes:
    """Return a code a row, equal for names that sound alike; 0 for an empty row.

    The first letter and the classes of the next four consonants; neighbours of one class count
    once (after Soundex, with the vowels' part in it left out).
    """
    classes = _SOUND[letters]
    kept = (classes != _VOWEL) & (classes != 0)
    kept[:, 1:] &= classes[:, 1:] != classes[:, :-1]
    kept[:, 0] = False
    code = _FIRST[letters[:, 0]].astype(np.uint64)
    room = np.full(len(letters), _SOUNDS - 1)
    for column in range(1, letters.shape[1]):
        take = kept[:, column] & (room > 0)
        code[take] = code[take] << np.uint64(3) | classes[take, column].astype(np.uint64)
        room -= take
    return code


def shared_prefix(left: Letters, right: Letters) -> NDArray[np.int64]:
    """Return how many letters two rows have in common at their beginning."""
    differs = np.concatenate([left != right, np.ones((len(left), 1), np.bool_)], axis=1)
    return differs.argmax(axis=1)
