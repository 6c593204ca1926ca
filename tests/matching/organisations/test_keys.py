"""Keys of company names: equal for what may be one organisation, and the same in every run."""

import pytest

from matching.organisations.book import read_book
from matching.organisations.keys import company_keys
from matching.organisations.words import count_words


def keys(*texts):
    book = read_book(texts)
    return company_keys(book, count_words(book).rarity(book.vocabulary))


def many(of, core):
    return set(of.hashes[of.starts[core] : of.starts[core + 1]].tolist())


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("bag", "Acme Foods", "Foods Acme"),
        ("initials", "IBM", "International Business Machines"),
        ("initials", "Machines, International Business", "International Business Machines"),
        ("bones", "Romashka", "Ромашка"),
        ("bones", "Quarrenden", "Quarronden"),
        ("stem", "Acme Foods", "Acme Foundry"),
        ("rarest", "Acme", "Acme"),
    ],
)
def test_names_of_one_company_share_a_key(kind, one, other):
    assert getattr(keys(one), kind)[0] == getattr(keys(other), kind)[0] != 0


def test_a_name_is_found_by_each_word_and_by_pairs_of_its_rarest():
    both = keys("Acme Baxter Foods", "Foods Baxter", "Foods", "Acme")
    assert many(both.words, 0) > many(both.words, 1) > many(both.words, 2)
    assert many(both.pairs, 0) > many(both.pairs, 1)
    assert [len(many(both.pairs, core)) for core in range(4)] == [3, 1, 0, 0]


def test_the_rarest_word_is_the_one_that_fewest_names_hold():
    found = keys("Acme Foods", "Baxter Foods", "Harrow Foods", "Baxter Plastics")
    assert found.rarest[0] == many(found.words, 0).difference(many(found.words, 2)).pop()


def test_what_tells_nothing_is_no_key():
    found = keys("Aeiou", "Aeiou Eau Zoo")
    assert found.bones.tolist() == [0, 0]
    assert found.initials[0] != 0
    assert keys("Quarrenden").initials.tolist() == [0]


def test_no_names_have_no_keys():
    found = keys(None)
    assert [len(part) for part in (found.bag, found.words.hashes, found.rarest)] == [0, 0, 0]
