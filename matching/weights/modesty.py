"""How sure a table of few columns may be: it can't tell who only looks like one customer.

Jr and Sr agree in name, phone and address; nothing but a birth date or an identifier tells them
apart. Their share can't be learned where these lack, so it is presumed, as odds against every pair
that looks like one customer: none gets surer than they allow, and what is likelier stays likelier.
"""

import numpy as np

from matching.weights.frequencies import Bits

_LIKELY = 1.35
"""Bits from which a pair looks like one customer: as many as clusters need to join."""
_SUREST = 20.0
"""Bits that are given back at the most: beyond, nothing is left to tell them by."""


def modest(bits: Bits, lookalikes: float) -> Bits:
    """Return weights as sure as a table may be that can't tell who only looks like one customer.

    Where it doubts anyway nothing changes: the more a pair looks like one, the more it matters.
    """
    if not lookalikes:
        return bits
    against = np.exp2(-np.maximum(bits, _LIKELY))
    return np.minimum(bits, -np.log2(lookalikes + against * (1 - lookalikes * 2**_LIKELY)))


def frank(bits: Bits, lookalikes: float) -> Bits:
    """Return weights as they were before ``modest``: what is likelier, however sure it is."""
    if not lookalikes:
        return bits
    against = (np.exp2(-np.maximum(bits, _LIKELY)) - lookalikes) / (1 - lookalikes * 2**_LIKELY)
    told = -np.log2(np.maximum(against, 2.0**-_SUREST))
    return np.where(bits > _LIKELY, told, bits)
