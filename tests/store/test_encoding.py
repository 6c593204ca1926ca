from hypothesis import given
from hypothesis import strategies as st

from store.encoding import dump, load

letters = st.text(st.characters(exclude_categories=()))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | letters,
    lambda inner: st.lists(inner) | st.dictionaries(letters, inner),
    max_leaves=5,
)


@given(plain)
def test_json_comes_back_as_it_was_given(value):
    text = dump(value)
    assert "\0" not in text
    assert load(text.encode().decode()) == value


def test_an_empty_column_is_nothing():
    assert load(None) is None


def test_letters_are_kept_readable():
    assert dump({"Name": "王小明"}) == '{"Name":"王小明"}'
