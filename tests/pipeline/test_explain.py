"""Any two records explained, weighed anew by the model in use."""

import pytest

from hub.errors import RecordError
from hub.model import Key
from pipeline.explain import explain
from tests.matching.people import person
from tests.pipeline.hub import resolve, settings_for, told

SETTINGS = settings_for()
ONE, OTHER, STRANGER, SILENT = (Key("shop", f"{number:06}") for number in (1, 2, 3, 4))


def test_any_two_records_are_explained_and_the_evidence_sums_to_the_weight():
    said = {"born": "1970-05-04", "email": "a.adler@gmx.example"}
    known = [person("Adler, Anna", **said), person("Adler, Anna", **said), person("Pohl, Otto")]
    with told([*known, None]) as store:
        assert not explain(SETTINGS, store, ONE, OTHER).together
        resolve(SETTINGS, store)
        found = explain(SETTINGS, store, OTHER, ONE)
        assert (found.left, found.outcome, found.together) == (OTHER, "merge", True)
        assert (found.veto, found.refused, found.model) == (None, None, "default-1")
        assert sum(line.weight for line in found.evidence) == pytest.approx(found.weight)
        assert found.what_if.startswith("Merged; would")
        apart = explain(SETTINGS, store, ONE, STRANGER)  # no key brought these two together
        assert (apart.outcome, apart.together) == ("apart", False)
        for wrong, why in ((SILENT, "said nothing"), (ONE, "not with itself"),
                           (Key("shop", "9"), "no such record")):  # fmt: skip
            with pytest.raises(RecordError, match=why):
                explain(SETTINGS, store, ONE, wrong)
