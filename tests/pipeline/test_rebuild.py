"""Everything that is derived can be derived again, and comes out the same."""

import json

from sqlalchemy import update

from hub.model import Verdict
from pipeline.rebuild import rebuild
from pipeline.report import as_json
from pipeline.review import decide, queue
from pipeline.run import run
from store.match_tables import pair
from store.tables import golden
from tests.tables import snapshot


def test_a_rebuild_finds_no_difference_after_runs_and_decisions(settings, store, after_a_run):
    cases = queue(store).cases
    for place, case in enumerate(cases[:4]):
        verdict = (Verdict.SAME, Verdict.DIFFERENT)[place % 2]
        decide(settings, store, (case.left.key, case.right.key), verdict, author="eva")
    run(settings, store)
    before = snapshot(store)
    report = rebuild(settings, store)
    assert (report.differences, report.retired) == ((), 0)
    assert report.records > 100
    pushed = run(settings, store).push.values()  # every channel is looked at again: nothing to say
    assert not any(one.sent or one.dead or one.failed for one in pushed)
    assert snapshot(store) == before


def test_what_differs_is_named_and_set_right(settings, store, after_a_run):
    with store.begin() as unit:
        [one, *_] = unit.golden.page(limit=1)
        wrong = one.attributes.model_copy(update={"language": "xx"}).model_dump_json()
        unit.connection.execute(
            update(golden).where(golden.c.id == one.id).values(attributes=wrong)
        )
        unit.connection.execute(update(pair).values(outcome="review"))
    report = rebuild(settings, store)
    [difference] = report.differences
    assert (difference.golden_id, "new" in difference.what) == (one.id, False)
    assert json.dumps(as_json(report))
    with store.read() as unit:
        assert unit.golden.get([one.id])[one.id].attributes == one.attributes
    assert rebuild(settings, store).differences == ()
