"""CLUSTER: which records of a scope are one customer, by pairs, decisions and the model.

It remembers which merges it refused; of golden customers it knows nothing.
"""

from collections.abc import Collection, Sequence

from golden.echo import is_silent
from hub.config import Settings
from hub.model import Decision, Key, Verdict
from matching.cluster import Clustering, cluster
from matching.features import Features, features
from matching.score import Match, Proposal, score
from pipeline.match import model_for
from pipeline.scope import Scope
from store.database import Unit
from store.pairs import StoredPair


def cluster_scope(unit: Unit, settings: Settings, scope: Scope) -> Clustering[Key]:
    """Put every record of the scope that has a word into exactly one cluster; note the refusals."""
    # By key, not by row number: what landed first must not matter.
    keys = {record.id: key for key, record in scope.records.items()}
    ids = list(keys)
    pairs = [
        pair for pair in unit.pairs.touching(ids) if {pair.left_id, pair.right_id} <= keys.keys()
    ]
    seen: dict[Key, Features] = {}
    model = model_for(settings)

    def rescore(left: Key, right: Key) -> Match:
        for key in (left, right):
            if key not in seen:
                seen[key] = features(scope.customers[key])
        return score(seen[left], seen[right], model)

    said = unit.decisions.live(ids)
    silent = {key for key, customer in scope.customers.items() if is_silent(customer)}
    clustering = cluster(
        scope.customers.keys() - silent,
        {(keys[pair.left_id], keys[pair.right_id]): _as_match(pair) for pair in pairs},
        {(one.left, one.right): one.verdict for one in said},
        rescore,
    )
    number = {key: record.id for key, record in scope.records.items()}
    unit.pairs.refuse(
        ids, [(number[one.left], number[one.right], one.reason) for one in clustering.refused]
    )
    return clustering._replace(clusters=_with_silent(clustering.clusters, silent, said))


def _with_silent(
    clusters: Sequence[frozenset[Key]], silent: Collection[Key], said: Sequence[Decision]
) -> tuple[frozenset[Key], ...]:
    """Add the records that we created: they go with the record that they were created for."""
    home = {key: members for members in clusters for key in members}
    joining: dict[frozenset[Key], set[Key]] = {members: set(members) for members in clusters}
    left = set(silent)
    for one in said:
        for here, there in ((one.left, one.right), (one.right, one.left)):
            if one.verdict is Verdict.SAME and here in left and there in home:
                joining[home[there]].add(here)
                left.remove(here)
    return (*map(frozenset, joining.values()), *(frozenset({key}) for key in sorted(left)))


def _as_match(pair: StoredPair) -> Match:
    """Return the pair's score; the reason of one that it would merge is a former refusal."""
    outcome = Proposal(pair.outcome)
    veto = pair.reason if outcome is Proposal.REVIEW else None
    return Match(pair.weight, pair.probability, outcome, (), veto)
