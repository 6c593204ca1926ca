"""What the SOAP engine reads of a service that its WSDL and YAML alone have added."""

from tests.connectors.soap.acme import PROFILE, URL, people, person, value


def test_a_service_never_seen_is_read_by_its_wsdl_and_yaml_alone(mock, acme):
    mock.post(URL, body=people(person(1, "<Tag>cus_1</Tag>"), person(2), count=3))
    mock.post(URL, body=people(person(3, "<Stamp>2026-02-01T00:00:00Z</Stamp>"), count=3))
    pages = list(acme.pull(None))
    records = [record for page in pages for record in page.records]
    assert [str(record.key) for record in records] == ["shop:1", "shop:2", "shop:3"]
    assert records[0].reference == "cus_1"
    assert value(mock, "page") == "2"
    assert mock.calls[1].request.headers["SOAPAction"] == '"urn:find"'
    mock.post(URL, body=people(count=0))
    list(acme.pull(pages[-1].cursor))
    assert value(mock, "from") == "2026-01-31T23:59:59+00:00"


def test_a_body_becomes_plain_json_with_the_types_of_the_wsdl(mock, acme):
    mock.post(
        URL,
        body=people(
            '<person xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Number>5</Number>'
            '<Name i:nil="true"/><Mail><Address>a@b</Address><Main>true</Main></Mail>'
            "<Boss><Number>1</Number><Mail/></Boss><Tag/>"
            '<Extra>x</Extra><Extra>y</Extra><Extra unit="kg">z</Extra></person>',
            person(6, "<Stamp>2026-01-01</Stamp>"),
            "<person><Number>many</Number></person>",
            count=3,
        ),
    )
    (page,) = acme.pull(None)
    assert page.records[0].payload == {
        "Number": 5,
        "Name": None,
        "Mail": [{"Address": "a@b", "Main": True}],
        "Boss": {"Number": 1, "Mail": [{}]},
        "Tag": "",
        "Extra": ["x", "y", {"_value_1": "z", "unit": "kg"}],
    }
    assert page.records[1].payload == {"Number": 6, "Stamp": "2026-01-01"}
    assert page.records[2].key.id == "many"


def test_letters_go_to_the_channels_own_address_not_to_the_one_in_the_wsdl(mock, acme):
    mock.post(URL, body=people())
    acme.check()
    assert mock.calls[-1].request.url == URL


def test_tokens_are_followed(mock, open_profile):
    text = PROFILE.replace("{kind: number}", "{kind: token, path: next}").replace(
        'page: "{at}"', 'tag: "{at}"'
    )
    mock.post(URL, body=people(person(1), following="t2"))
    mock.post(URL, body=people(person(2)))
    assert len(list(open_profile(text, URL).pull(None))) == 2
    assert value(mock, "tag") == "t2"
