"""The match of a whole table: candidates, comparisons, weights, clusters, in that order.

In: a ``Frame`` and the kind of customers it holds. Out: ``Matched``, all that was found on the way.
A model that was trained before may be given; else the table trains its own.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hub.model import Kind
from matching.blocking.blocks import Candidates, KeyReport, candidates
from matching.blocking.recipes import COMPANY, HOUSE, NO_ADDRESS, Recipe, recipes
from matching.clusters.cluster import cluster_frame
from matching.comparisons.compare import compare
from matching.learning.learn import compare_random, train_and_sum
from matching.table.columns import Ints
from matching.table.frame import Frame
from matching.table.memory import give_back
from matching.weights.trained import Trained
from matching.weights.weigh import Weighed, weigh

_SMALL = 60_000
"""Records up to which wide keys, which find the very dirty ones, are affordable."""


@dataclass(frozen=True)
class Matched:
    """What the match found in a table."""

    pairs: Weighed
    """Every candidate pair, weighed."""
    inner: Weighed
    """Pairs inside what hangs together, weighed when clusters were made."""
    labels: Ints
    """By record: its cluster, named by a member."""
    trained: Trained
    keys: tuple[KeyReport, ...]


def match_frame(frame: Frame, kind: Kind, trained: Trained | None = None) -> Matched:
    """Match a table of one kind of customer with itself."""
    with ThreadPoolExecutor(1) as pool:
        drawn = pool.submit(dict) if trained else pool.submit(compare_random, frame, kind)
        found: Candidates = candidates(frame, chosen_recipes(frame, kind))
        give_back()
        compared = compare(frame, found.left, found.right, kind)
    give_back()
    known, sums = (
        (trained, None) if trained else train_and_sum(frame, found, compared, kind, drawn.result())
    )
    pairs = weigh(frame, known, found.left, found.right, compared, known=sums)
    del sums
    clustered = cluster_frame(frame, known, pairs)
    return Matched(pairs, clustered.scored, clustered.labels, known, found.report)


def chosen_recipes(frame: Frame, kind: Kind = Kind.PERSON) -> tuple[Recipe, ...]:
    """Return the keys that this table is searched by."""
    if kind is Kind.ORGANISATION:
        issued = (
            Recipe(60 + i, (f"identifier:{name}",)) for i, name in enumerate(frame.identifiers)
        )
        return (*COMPANY, *HOUSE, *issued)
    chosen = recipes(tuple(frame.attributes), tuple(frame.identifiers))
    if frame.places is None:
        chosen = (*chosen, *NO_ADDRESS)
    if frame.companies is not None:
        chosen = (*chosen, *COMPANY)
    return tuple(recipe for recipe in chosen if frame.size <= _SMALL or not recipe.wide)
