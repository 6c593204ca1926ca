"""A company and its address in one cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.cells import Cell, split_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (
            "Acme Foods Ltd, 12 High Street, Leeds, LS1 4AB, UK",
            Cell("Acme Foods Ltd", "12 High Street", "LS1 4AB", "Leeds", "GB"),
        ),
        (
            "Acme GmbH, Hauptstr. 12, 80331 München, Germany",
            Cell("Acme GmbH", "Hauptstr. 12", "80331", "München", "DE"),
        ),
        ("Acme; 12 Main St; Portland OR 97201", Cell("Acme", "12 Main St", "97201", "Portland")),
        (
            "Acme, 12 Main St, Portland, OR, 97201-1234",
            Cell("Acme", "12 Main St", "97201-1234", "Portland"),
        ),
        ("Acme, 12 Main St, Portland OR", Cell("Acme", "12 Main St", "", "Portland")),
        (
            "Acme B.V., Kerkstraat 7, 9367 CY, Delft, The Netherlands",
            Cell("Acme B.V.", "Kerkstraat 7", "9367 CY", "Delft", "NL"),
        ),
        ("Acme, ul. Polna 3, 00-950 Warszawa", Cell("Acme", "ul. Polna 3", "00-950", "Warszawa")),
        ("Acme Inc., S.A., 9560 Dayton Way", Cell("Acme Inc. S.A.", "9560 Dayton Way")),
        ("Packaging, Cavendish & Co, Derby", Cell("Packaging Cavendish & Co", "", "", "Derby")),
        ("Textiles, Penhale Ltd., Derby", Cell("Textiles Penhale Ltd.", "", "", "Derby")),
        (
            "Dept. of Computer Science, University of Leeds, UK",
            Cell("University of Leeds", "", "", "", "GB"),
        ),
        (
            "Department of Physics, Paris, France",
            Cell("Department of Physics", "", "", "Paris", "FR"),
        ),
        ("Penn, Database Group", Cell("Penn")),
        (
            "Acme Foods 12 High Street LS1 4AB Leeds",
            Cell("Acme Foods", "12 High Street", "LS1 4AB", "Leeds"),
        ),
        ("Acme Foods 12 High Street Leeds", Cell("Acme Foods", "12 High Street", "", "Leeds")),
        ("Studio 54 of Art", Cell("Studio 54 of Art")),
        ("Acme, de", Cell("Acme", "", "", "de")),
        ("Acme, Los Angeles, Beverly Hills", Cell("Acme Beverly Hills", "", "", "Los Angeles")),
        ("Acme, 12 Research Institute", Cell("Acme 12 Research Institute")),
        ("Acme, Am Anger 7", Cell("Acme", "Am Anger 7")),
        ("Acme, 12 Piazza", Cell("Acme", "12 Piazza")),
        ("Acme, 7 Elms Lea Green", Cell("Acme", "7 Elms Lea Green")),
        ("Acme, 7 Elms Lea Green, 8 Oak St", Cell("Acme 8 Oak St", "7 Elms Lea Green")),
        (
            "Acme, the old mill on the hill far behind the church 12",
            Cell("Acme the old mill on the hill far behind the church 12"),
        ),
        ("Acme - 12 High St", Cell("Acme", "12 High St")),
        ("Acme", Cell("Acme")),
        ("", Cell("")),
        (" , ,", Cell("")),
        ("Acme, !", Cell("Acme !")),
    ],
)
def test_a_cell_is_taken_apart(text, cell):
    assert split_cell(text) == cell


@given(st.text(alphabet="Ab 12,;StraßeGmbH-\n&", max_size=30))
def test_every_cell_can_be_read(text):
    assert isinstance(split_cell(text), Cell)
