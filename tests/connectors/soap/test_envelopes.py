"""Answers that are no envelope, and WSDLs that are not served or not trusted."""

from pathlib import Path

import pytest
import responses

from hub.errors import ConfigError, TransientError
from tests.connectors.soap.acme import (
    PROFILE,
    URL,
    WSDL,
    people,
    person,
)

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + people(person(1)).replace(
    ">1<", ">&b;<"
)


@pytest.mark.parametrize(
    "body", [BOMB, "<!DOCTYPE html><html><body>Log in</body></html>", people()[:90], "", "<a/>"]
)
def test_an_answer_that_is_no_envelope_is_trouble_that_may_pass(mock, acme, body):
    mock.post(URL, body=body)
    with pytest.raises(TransientError, match="with no SOAP envelope"):
        acme.check()


@pytest.mark.parametrize(
    ("status", "error"), [(401, ConfigError), (404, ConfigError), (502, TransientError)]
)
def test_a_status_without_an_envelope_says_what_to_do(mock, acme, status, error):
    mock.post(URL, status=status)
    with pytest.raises(error, match=str(status)):
        acme.check()


def test_an_operation_that_the_wsdl_lacks_is_named_with_those_it_has(mock, open_profile):
    with pytest.raises(ConfigError, match="no operation 'listAll'; it has: findPeople, getPerson"):
        open_profile(PROFILE.replace("operation: findPeople", "operation: listAll"), URL).check()


@pytest.mark.parametrize(
    ("wsdl", "reason"),
    [
        ("<html>Log in</html>", "no SOAP service; check url"),
        ("not xml", "can't be used"),
        ('<!DOCTYPE d [<!ENTITY a "b">]>' + WSDL.partition("?>")[2], "can't be used"),
        (WSDL.replace("soap:binding", "soap:blinding"), "can't be used|no SOAP service"),
        (
            WSDL.replace(
                "<types>",
                '<import namespace="urn:x" location="http://evil.example/x.wsdl"/><types>',
            ),
            r"imports from another place \(evil.example\)",
        ),
    ],
)
def test_a_wsdl_that_cannot_be_trusted_is_refused(mock, acme, wsdl, reason):
    mock.replace("GET", f"{URL}?wsdl", body=wsdl)
    with pytest.raises(ConfigError, match=reason):
        acme.check()
    assert all("evil" not in call.request.url for call in mock.calls)


@pytest.mark.parametrize(("status", "error"), [(404, ConfigError), (503, TransientError)])
def test_a_wsdl_that_is_not_served_says_what_to_do(mock, acme, status, error):
    mock.replace("GET", f"{URL}?wsdl", status=status)
    with pytest.raises(error, match="load the WSDL"):
        acme.check()


def test_a_wsdl_file_beside_the_profile_needs_no_server(open_profile, tmp_path: Path):
    (tmp_path / "acme.wsdl").write_text(WSDL, encoding="utf-8")
    text = PROFILE.replace("engine: soap", "engine: soap\nwsdl: acme.wsdl")
    with responses.RequestsMock() as mock:
        mock.post(URL, body=people())
        open_profile(text, URL).check()
        assert len(mock.calls) == 1


@pytest.mark.parametrize("location", ["/etc/hostname", "http://evil.example/x.wsdl", "gone.wsdl"])
def test_a_wsdl_file_imports_only_from_its_own_folder(open_profile, tmp_path: Path, location):
    text = WSDL.replace("<types>", f'<import namespace="urn:x" location="{location}"/><types>')
    (tmp_path / "acme.wsdl").write_text(text, encoding="utf-8")
    profile = PROFILE.replace("engine: soap", "engine: soap\nwsdl: acme.wsdl")
    with pytest.raises(ConfigError, match=r"imports from another place|can't be read"):
        open_profile(profile, URL).check()


COPY = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>'


IMPORTING = WSDL.replace(
    "<types>",
    '<types><xs:schema targetNamespace="urn:y"><xs:import namespace="urn:x" '
    'schemaLocation="http://elsewhere.example/x.xsd"/></xs:schema>',
)


def test_a_local_copy_is_read_instead_of_an_import_from_elsewhere(mock, open_profile, tmp_path):
    (tmp_path / "x.xsd").write_text(COPY, encoding="utf-8")
    mock.replace("GET", f"{URL}?wsdl", body=IMPORTING)
    mock.post(URL, body=people())
    copies = '{copies: {"http://elsewhere.example/x.xsd": x.xsd}}'
    text = PROFILE.replace("engine: soap", f"engine: soap\nwsdl_imports: {copies}")
    open_profile(text, URL).check()
    assert all("elsewhere" not in call.request.url for call in mock.calls)


def test_an_import_from_a_host_that_is_allowed_gets_no_credential(mock, open_profile):
    mock.replace("GET", f"{URL}?wsdl", body=IMPORTING)
    mock.get("http://elsewhere.example/x.xsd", body=COPY)
    mock.post(URL, body=people())
    hosts = "{hosts: [elsewhere.example]}"
    text = PROFILE.replace("engine: soap", f"engine: soap\nwsdl_imports: {hosts}")
    open_profile(text, URL).check()
    sent = {call.request.url: call.request.headers.get("Authorization") for call in mock.calls}
    assert sent.pop("http://elsewhere.example/x.xsd") is None
    assert all(sent.values())
