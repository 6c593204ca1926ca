"""Small tables of persons and companies with known duplicates, for the tests of whole matches."""

# ruff: noqa: S311 - dice for test data

import random

import pyarrow as pa

GIVEN = "Anna Bernd Clara David Emma Felix Greta Hugo Ida Jonas Klara Lukas Mila Noah Otto Paula"
FAMILY = (
    "Adler Becker Conrad Dietrich Engel Fischer Graf Hofmann Jansen Kaiser Lindner Maurer Neumann"
    " Pohl Richter Sommer Thalmann Ullmann Vogel Winter Zimmer"
)
TOWNS = (("80331", "München"), ("10117", "Berlin"), ("20095", "Hamburg"), ("50667", "Köln"))
WORDS = "Alpen Berg Creme Delta Eiche Falke Gold Hafen Insel Juwel Kranich Linde Mond Nebel Orion"
TRADES = "Druckerei Spedition Bau Elektro Reisen Textil Optik Möbel Catering Verlag"


def persons(entities=300, seed=1):
    """Persons as rows of text; ``entity`` says who is who."""
    dice = random.Random(seed)
    rows = []
    for entity in range(entities):
        postcode, town = dice.choice(TOWNS)
        person = {
            "entity": str(entity),
            "first_name": dice.choice(GIVEN.split()),
            "surname": dice.choice(FAMILY.split()) + dice.choice(["", "er", "mann", "s"]),
            "dob": f"{dice.randint(1940, 2005)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "street": f"{dice.choice(WORDS.split())}weg {dice.randint(1, 99)}",
            "postcode": postcode,
            "city": town,
            "email": f"x{dice.randint(0, 10**6)}@gmx.de",
            "phone": f"+4989{dice.randint(10**6, 10**7)}",
            "sex": dice.choice("mf"),
        }
        rows += [_dirty(person, dice) for _ in range(dice.choice([1, 1, 2, 3]))]
    dice.shuffle(rows)
    return _table(rows)


def companies(entities=150, seed=2):
    """Companies as rows of text, some with branches."""
    dice = random.Random(seed)
    rows = []
    for entity in range(entities):
        postcode, town = dice.choice(TOWNS)
        name = f"{dice.choice(WORDS.split())}{dice.choice(WORDS.split()).lower()}"
        company = {
            "entity": str(entity),
            "company": f"{name} {dice.choice(TRADES.split())}",
            "street": f"{dice.choice(WORDS.split())}weg {dice.randint(1, 99)}",
            "zip": postcode,
            "city": town,
            "phone": f"+4989{dice.randint(10**6, 10**7)}",
            "website": f"https://www.{name.lower()}{entity}.de/start",
        }
        rows += [
            company | {"company": f"{company['company']} {form}".strip()}
            for form in dice.sample(["GmbH", "", "mbH", "KG"], dice.choice([1, 1, 2]))
        ]
    dice.shuffle(rows)
    return _table(rows)


def _dirty(person, dice):
    dirty = dict(person)
    for field in dice.sample(["phone", "email", "street", "dob"], dice.choice([0, 1, 2])):
        dirty[field] = None
    if dice.random() < 0.2:
        name = dirty["surname"]
        place = dice.randrange(1, len(name) - 1)
        dirty["surname"] = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return dirty


def _table(rows):
    for number, row in enumerate(rows):
        row["record_id"] = f"r{number:04}"
    return pa.Table.from_pylist(rows)


def scores(clusters, truth):
    """Pairwise precision and recall of (record_id -> cluster_id) against (record_id -> entity)."""
    found, right, true = 0, 0, 0
    ids = sorted(truth)
    for place, one in enumerate(ids):
        for other in ids[:place]:
            said, is_one = clusters[one] == clusters[other], truth[one] == truth[other]
            found, right, true = found + said, right + (said and is_one), true + is_one
    return right / max(found, 1), right / max(true, 1)


def clusters_of(result):
    """Return which cluster each record is in."""
    table = result.clusters
    return dict(zip(table["record_id"].to_pylist(), table["cluster_id"].to_pylist(), strict=True))


def rows(**columns):
    """Return a table of texts."""
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


PERSONS = persons()
TRUTH = dict(zip(PERSONS["record_id"].to_pylist(), PERSONS["entity"].to_pylist(), strict=True))
