"""Organisations in bulk: the name by the rarity of its words, the address by its door."""

from matching.organisations.houses import compare_houses
from matching.organisations.names import compare_names
from matching.table.columns import Ints, Levels
from matching.table.companies import Companies
from matching.table.places import Places


def compare_companies(companies: Companies, left: Ints, right: Ints) -> Levels:
    """Compare the company names of each pair; 0 where one side has none."""
    codes = companies.words.codes
    return compare_names(companies.book, companies.rarity, codes[left], codes[right]).levels


def compare_company_houses(places: Places, left: Ints, right: Ints) -> Levels:
    """Compare the addresses of each pair; 0 where one side has none."""

    def levels(one: Ints, other: Ints) -> Levels:
        return compare_houses(places.houses, one, other)

    return places.slots.best(left, right, levels)
