from hypothesis import given
from hypothesis import strategies as st

from hub.model import Customer, Key
from stewardship.panels.comparison import compare
from stewardship.panels.difference import Agreement


def rows(groups):
    return {row.label: row for group in groups for row in group.rows}


def text(pieces):
    return "".join(piece.text for piece in pieces)


def test_what_is_equal_on_both_sides_is_kept_apart_from_what_differs(people):
    found = compare(people.anna, people.anne)
    assert found.agreed == ("Kind", "E-mail", "Birth date", "Status", "Language")
    differing = [row.label for group in found.differing for row in group.rows]
    assert differing == ["Given name", "Family name", "E-mail", "Phone", "Address", "Consent"]


def test_groups_come_in_the_order_of_the_screen(people):
    found = compare(people.anna, people.anne)
    titles = [group.title for group in found.differing]
    assert titles == ["Identity", "Contact points", "Address", "Consent"]


def test_what_one_side_lacks_is_missing_there(people):
    row = rows(compare(people.acme, people.acme_too).differing)["Sector"]
    assert (row.left, text(row.right), row.agreement) == ((), "tools", Agreement.MISSING)


def test_what_neither_has_is_not_shown(people):
    assert "Birth date" not in rows(compare(people.acme, people.acme_too).differing)


def test_alike_values_of_a_set_share_a_row_whatever_their_order():
    left = Customer(key=Key("a", "1"), phones=("111111", "222222"))
    right = Customer(key=Key("b", "1"), phones=("222223", "999999", "111111"))
    shown = [
        (text(row.left), text(row.right))
        for group in compare(left, right).differing
        for row in group.rows
    ]
    assert shown == [("222222", "222223"), ("", "999999")]


@given(
    st.lists(st.text("ab1", min_size=1), unique=True, max_size=4),
    st.lists(st.text("ab1", min_size=1), unique=True, max_size=4),
)
def test_every_value_of_a_set_is_shown_once(left, right):
    found = compare(
        Customer(key=Key("a", "1"), phones=tuple(left)),
        Customer(key=Key("b", "1"), phones=tuple(right)),
    )
    shown = [
        row
        for group in (*found.differing, *found.agreeing)
        for row in group.rows
        if row.label == "Phone"
    ]
    assert sorted(filter(None, (text(row.left) for row in shown))) == sorted(left)
    assert sorted(filter(None, (text(row.right) for row in shown))) == sorted(right)
    agreeing = {text(row.left) for row in shown if row.agreement is Agreement.AGREE}
    assert agreeing == set(left) & set(right)
