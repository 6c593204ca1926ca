"""Learning without labels: expectation and maximisation over patterns of agreement.

A candidate pair is one customer, a rival's pair (two of one household, two branches) or two
strangers. How strangers agree is measured on random pairs; how one customer's records agree, and
how many there are, is estimated (Fellegi and Sunter 1969; Winkler 1988), held by three anchors:
shares are shares of *all* pairs, so the candidates can't be relabelled as half matches; a prior of
a hundred imagined pairs; and a bound on how often one customer's records may disagree.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from matching.learning.lesson import (
    IMAGINED,
    Anchor,
    Learned,
    Lesson,
    Limit,
    RivalRules,
    Rules,
    Shares,
    Strangers,
)
from matching.weights.patterns import Patterns

_ROUNDS, _STILL = 60, 1e-4
_WARM = 5
"""Rounds before stillness counts."""
_USUAL = 10.0
"""Pairs of strangers that what is usual is worth: in a table of a few rows it is all there is."""
_LEAST, _MOST = 1e-15, 0.5
_MIX_BOUND = 5.0
"""How many times the expected part of a rival's pairs may agree as one customer's do."""


def learn(lesson: Lesson) -> Learned:
    """Learn how one customer's records and rivals' pairs agree, and how many there are."""
    rules = lesson.rules
    state = _begin(lesson)
    rounds, moved = 0, 1.0
    while rounds < _ROUNDS and (rounds <= _WARM or moved >= _STILL):
        state = replace(state, **_as_strangers_and_rivals(state, lesson))
        after = _anchored(_step(state, lesson), lesson)
        moved = max(abs(after.own[field] - state.own[field]).max() for field in rules)
        state, rounds = after, rounds + 1
    return state


def _begin(lesson: Lesson) -> Learned:
    rules, rivals = lesson.rules, lesson.rivals
    share = 0.3 * lesson.size / lesson.pairs
    own = {field: rule.prior for field, rule in rules.items()}
    return Learned(
        own,
        {},
        {
            rival: {
                name: rule.rivals[rival].prior if rival in rule.rivals else rule.prior
                for name, rule in rules.items()
            }
            for rival in rivals
        },
        share,
        dict.fromkeys(rivals, share),
        1.0,
        {
            rival: {
                field: rule.mixed.get(rival) or 0.0
                for field, rule in rules.items()
                if rule.mixed.get(rival, 0.0) is not None
            }
            for rival in rivals
        },
    )


def _as_strangers_and_rivals(state: Learned, lesson: Lesson) -> dict[str, Any]:
    """Derive how strangers and rivals agree from what one customer's records do now."""
    rules = lesson.rules
    copies = 1 + 2 * state.share * lesson.pairs / lesson.size
    apart = {
        field: _decontaminated(lesson.strangers[field], state.share, state.own[field], copies)
        for field in rules
    }
    rivals = {
        rival: {
            field: learned[field]
            if (part := state.mixes[rival].get(field)) is None
            else (1 - part) * apart[field] + part * state.own[field]
            for field in rules
        }
        for rival, learned in state.rivals.items()
    }
    return {"strangers": apart, "rivals": rivals, "copies": copies}


def _decontaminated(seen: Strangers, share: float, own: Shares, copies: float) -> Shares:
    """Take one customer's own pairs out of what random pairs showed.

    Exact agreement comes from how often values occur, less a record's own copies: a rare value
    that its owner alone has, twice, says nothing of strangers.
    """
    total = seen.counts.sum() + _USUAL
    counts = seen.counts + _USUAL * seen.usual
    shares = np.maximum(counts / total - share * own, 0.5 / total)
    if seen.frequencies is not None:
        times, values = seen.frequencies
        known = max(float((times * values).sum()), 1.0)
        exact = float((values * times / known * np.maximum(times - copies, 0.5) / known).sum())
        pairs = known * (known - 1) / 2
        exact = (exact * pairs + _USUAL * seen.usual[-1]) / (pairs + _USUAL)
        shares = shares * (1 - exact) / max(1e-12, 1 - shares[-1])
        shares[-1] = exact
    shares = np.maximum(shares, _LEAST)
    return shares / shares.sum()


def _step(state: Learned, lesson: Lesson) -> Learned:
    """Say how likely each pattern is of each class, then count what the classes hold."""
    patterns, rules, rivals = lesson.patterns, lesson.rules, lesson.rivals
    likely = [log_share(state.own, patterns) + np.log(state.share)]
    likely += [log_share(state.rivals[r], patterns) + np.log(state.rival_shares[r]) for r in rivals]
    left = max(1 - state.share - sum(state.rival_shares.values()), 1e-9)
    likely.append(log_share(state.strangers, patterns) + np.log(left))
    joint = np.stack(likely)
    joint -= np.logaddexp.reduce(joint, axis=0)
    held = np.exp(joint) * patterns.counts
    own = {
        field: _limited(_counted(field, patterns, held[0], rule.prior, lesson.anchor), rule.limits)
        for field, rule in rules.items()
    }
    learned = {
        rival: {
            field: _rival_counted(field, patterns, held[1 + place], rule, (rival, lesson.anchor))
            if rule.mixed.get(rival, 0.0) is None
            else state.rivals[rival][field]
            for field, rule in rules.items()
        }
        for place, rival in enumerate(rivals)
    }
    shares = {
        rival: max(held[1 + i].sum() / lesson.pairs, _LEAST) for i, rival in enumerate(rivals)
    }
    mixes = {
        rival: {
            field: _mix(
                part,
                rules[field].mixed.get(rival) or 0.0,
                _copied(state, rival, field),
                counts,
                lesson.anchor.doubt,
            )
            for field, part in state.mixes[rival].items()
            for counts in (_levels(field, patterns, held[1 + place], state),)
        }
        for place, rival in enumerate(rivals)
    }
    return replace(
        state,
        mixes=mixes,
        own=own,
        rivals=learned,
        share=max(held[0].sum() / lesson.pairs, _LEAST),
        rival_shares=shares,
    )


def _anchored(state: Learned, lesson: Lesson) -> Learned:
    """Hold the sizes of the classes to what is known of them."""
    anchor, each = lesson.anchor, lesson.size / lesson.pairs
    share = state.share + anchor.imagined * each if anchor.known is None else anchor.known * each
    share = min(share, _MOST)  # of three rows, every pair would be one customer
    rivals = {
        rival: max(found, anchor.least.get(rival, 0.0) * share)
        for rival, found in state.rival_shares.items()
    }
    return replace(state, share=share, rival_shares=rivals)


def _counted(field: str, patterns: Patterns, held: Shares, prior: Shares, anchor: Anchor) -> Shares:
    counts = np.bincount(patterns.levels[field], held, len(prior) + 1)[1:]
    expected = counts + (anchor.trust + anchor.doubt * counts.sum()) * prior
    return expected / expected.sum()


def _rival_counted(
    field: str, patterns: Patterns, held: Shares, rule: Rules, known: tuple[str, Anchor]
) -> Shares:
    rival, anchor = known
    own = rule.rivals.get(rival, RivalRules(rule.prior, ()))
    anchor = anchor._replace(trust=IMAGINED)
    return _limited(_counted(field, patterns, held, own.prior, anchor), own.limits)


def _levels(field: str, patterns: Patterns, held: Shares, state: Learned) -> Shares:
    """Return how many of a class's pairs are at each level of a field."""
    return np.bincount(patterns.levels[field], held, len(state.own[field]) + 1)[1:]


def _copied(state: Learned, rival: str, field: str) -> Shares:
    """Return, by level, the part of a rival's pairs that agree as one customer's records do."""
    return state.mixes[rival][field] * state.own[field] / state.rivals[rival][field]


def _mix(part: float, prior: float, copied: Shares, counts: Shares, doubt: float) -> float:
    """Return the part of a rival's pairs that agree in a field as one customer's records do."""
    if prior in {0.0, 1.0}:
        return part
    trust = IMAGINED + doubt * counts.sum()
    found = ((counts * copied).sum() + trust * prior) / (counts.sum() + trust)
    return float(min(found, _MIX_BOUND * prior))


def _limited(shares: Shares, limits: tuple[Limit, ...]) -> Shares:
    """Cut what levels have above their bound, and give it to the others."""
    for limit in limits:
        places = list(limit.places)
        held = shares[places].sum()
        if held > limit.most:
            cut: Shares = shares * (1 - limit.most) / (1 - held)
            cut[places] = shares[places] * limit.most / held
            shares = cut
    return shares


def log_share(shares: Mapping[str, Shares], patterns: Patterns) -> Shares:
    """Return the log of how often a class shows each pattern; what is missing says nothing."""
    total = np.zeros(len(patterns.counts))
    for field, levels in patterns.levels.items():
        total += np.log(np.concatenate(([1.0], shares[field])))[levels]
    return total
