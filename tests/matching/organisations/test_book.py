"""Reading names into a book: cores, forms, words without doubles."""

import numpy as np

from matching.organisations.book import ABSENT, distinct, read_book


def test_texts_of_one_core_share_it_and_keep_their_forms():
    book = read_book(["Acme Foods GmbH", "ACME Foods", "Acme Foods AG", "Baxter", None, "?"])
    assert book.core.tolist() == [0, 0, 0, 1, ABSENT, ABSENT]
    assert (book.form > 0).tolist() == [True, False, True, False, False, False]
    assert book.form[0] != book.form[2]
    assert (book.size, book.words_of(0), book.lengths.tolist()) == (2, ["acme", "foods"], [2, 1])


def test_a_word_that_stands_twice_counts_once():
    book = read_book(["Salvation Army - Temple / Salvation Army"])
    assert book.words_of(0) == ["salvation", "army", "temple"]


def test_a_sentence_in_the_column_of_names_is_cut():
    book = read_book([" ".join(f"word{place}" for place in range(5000))])
    assert book.lengths.tolist() == [24]


def test_signs_without_spaces_are_read_in_neighbouring_pairs():
    book = read_book(["北京东方科技", "東"])
    assert book.words_of(0) == ["北京", "京东", "东方", "方科", "科技"]
    assert book.words_of(1) == ["东"]
    assert book.joined.tolist() == ["北京东方科技", "东"]


def test_an_acronym_has_the_code_of_what_it_abbreviates():
    book = read_book(["IBM", "International Business Machines", "Acmeacme", "A"])
    assert book.solo[0] == book.initials[1] != ABSENT
    assert book.solo[2:].tolist() == [ABSENT, ABSENT]


def test_a_book_of_nothing_has_no_cores():
    book = read_book([None, ""])
    assert book.size == 0
    assert book.counts.tolist() == []


def test_distinct_pairs_do_not_know_left_from_right():
    low, high, which = distinct(np.array([3, 1, 1], np.int32), np.array([1, 3, 2], np.int32))
    assert (low.tolist(), high.tolist(), which.tolist()) == ([1, 1], [2, 3], [1, 1, 0])
