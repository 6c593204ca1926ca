"""Fold many texts at once: plain ones in DuckDB, the others one by one, with the same result."""

import pyarrow as pa
import pyarrow.compute as pc

from matching.table.duck import column_of
from matching.text.fold import fold

JUNK = (
    "n a", "none", "null", "nan", "nil", "unknown", "unbekannt", "test", "tbd", "xxx",
    "anonymous", "not given", "no name", "undefined",
)  # fmt: skip
"""What people write, folded, where they have nothing to say."""

_PLAIN = (
    "regexp_replace(trim(regexp_replace({0}, '[^a-z0-9]+', ' ', 'g')),"
    " '(^|[^aeiouq])([aou])e', '\\1\\2', 'g')"
)
"""What ``fold`` does to a lower-case text without apostrophes, abbreviations and lost letters."""
_SPECIAL = "[''`?.]|[^ -~]"
"""Signs that ``fold`` treats one by one."""


def folded(texts: pa.Array) -> pa.Array:
    """Fold each text as ``text.fold`` does; null for what holds no letter or says nothing."""
    plain = _PLAIN.format("lower(text)")
    expression = (
        f"CASE WHEN text IS NULL OR regexp_matches(text, '{_SPECIAL}') THEN NULL ELSE {plain} END"
    )
    done = column_of(expression, {"text": texts})
    special = pc.and_(pc.is_null(done), pc.is_valid(texts))
    if pc.any(special).as_py():
        slow = [None if text is None else fold(text) for text in texts.filter(special).to_pylist()]
        done = pc.replace_with_mask(done, special, pa.array(slow, pa.string()))
    says_nothing = pc.is_in(done, pa.array(["", *JUNK]))
    return pc.if_else(says_nothing, pa.scalar(None, pa.string()), done)
