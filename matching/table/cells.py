"""Tables of one column: a company and its address in a cell, read as columns of their own."""

import numpy as np
import pyarrow as pa

from matching.table.columns import coded, recoded
from matching.text.cells import Cell, split_cell

_ENOUGH = 0.1
"""Part of the distinct cells in which an address must be found, before any is taken apart."""


def cell_columns(texts: pa.Array) -> dict[str, pa.Array]:
    """Split a column of names into organisation, line, postcode and locality, if it holds them."""
    column = coded(texts)
    cells = [split_cell(text) if text else Cell("") for text in column.values.to_pylist()]
    told = [bool(cell.street or cell.postcode or cell.town) for cell in cells]
    if not cells or np.mean(told) < _ENOUGH:
        return {"organisation": texts}
    parts = {
        "organisation": [cell.name for cell in cells],
        "line": [cell.street for cell in cells],
        "postcode": [cell.postcode for cell in cells],
        "locality": [cell.town for cell in cells],
    }
    found = {}
    for name, values in parts.items():
        words = recoded(column, pa.array([value or None for value in values], pa.string()))
        found[name] = words.values.take(pa.array(words.codes, mask=words.codes < 0))
    return found
