"""The vendors that speak SOAP: letters are read and written with lxml alone."""

from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from tests.conftest import ROOT
from tests.connectors.conformance.fake import Answer, Fake, Person

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class SoapFake(Fake):
    """Serves its WSDL, and answers letters by the name of their operation."""

    wsdls: ClassVar[dict[str, Path]]
    """By the end of the address that asks for one."""
    namespace: ClassVar[str]
    form = "XML"
    deletes = False

    def log_in(self, request) -> Answer | None:
        if request.method != "GET":
            return None
        if self.bad_password:
            return 401, {}, ""
        ending = next(it for it in self.wsdls if request.url.endswith(it))
        return 200, {}, self.wsdls[ending].read_bytes()

    def handle(self, request) -> Answer:
        letter = etree.fromstring(request.body).find(f"{{{SOAP}}}Body")[0]
        return self.answer(urlsplit(request.url).path, plain(letter), etree.QName(letter).localname)

    def answer(self, path: str, told: dict[str, Any], operation: str) -> Answer:
        """Answer one operation."""
        raise NotImplementedError

    def envelope(self, name: str, inner: str) -> Answer:
        """Return an answer."""
        body = f'<{name} xmlns="{self.namespace}">{inner}</{name}>'
        return 200, {"Content-Type": "text/xml; charset=utf-8"}, _wrap(body)

    def fault(self, text: str, code: str = "a:Anything") -> Answer:
        """Return a fault, as most servers tell it: with status 500."""
        inner = f"<faultcode>{code}</faultcode><faultstring>{escape(text)}</faultstring>"
        return 500, {"Content-Type": "text/xml"}, _wrap(f"<s:Fault>{inner}</s:Fault>")


def _wrap(body: str) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'.encode()


def plain(element: etree._Element) -> dict[str, Any]:
    """Return an element's children by local name."""
    told: dict[str, Any] = {etree.QName(k).localname: v for k, v in element.attrib.items()}
    for child in element:
        name = etree.QName(child).localname
        told[name] = plain(child) if len(child) or child.attrib else (child.text or "")
    return told


def tags(**facts: str | None) -> str:
    """Return elements with these texts."""
    told = ((name, text) for name, text in facts.items() if text is not None)
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in told)


class DynamicsNav(SoapFake):
    """NAV page service: a bookmark is the Key of the last row, a day is all a filter knows."""

    profile = "dynamics_nav"
    namespace = "urn:microsoft-dynamics-schemas/page/customer"
    wsdls: ClassVar = {"?wsdl": ROOT / "sandbox" / "customer.wsdl"}

    def row(self, person: Person) -> str:
        return "<Customer>" + tags(
            Key=self.key(person), No=person.id, Type="Person", First_Name=person.first,
            Surname=person.last, E_Mail=person.mail, Our_Reference=person.reference,
            Created_Date=f"{person.made:%Y-%m-%d}", Last_Date_Modified=f"{person.changed:%Y-%m-%d}",
        ) + "</Customer>"  # fmt: skip

    def key(self, person: Person) -> str:
        return f"{person.id};{person.version}"

    def answer(self, path, told, operation) -> Answer:  # noqa: PLR0911 - one case a route
        match operation:
            case "ReadMultiple":
                return self.envelope("ReadMultiple_Result", self._page(told))
            case "Read":
                held = self.people.get(told["No"])
                return self.envelope("Read_Result", self.row(held) if held else "")
            case "Create":
                fields = told["Customer"]
                if any(it.mail == fields.get("E_Mail") for it in self.people.values()):
                    return self.fault("The customer Anna already exists")
                made = self.add(**{"last": None, **self._known(fields)})
                return self.envelope("Create_Result", self.row(made))
            case "Update":
                fields = told["Customer"]
                held = self.people.get(fields["No"])
                if held is None:
                    missing = "Microsoft.Dynamics.Nav.Types.Exceptions.NavRecordNotFoundException"
                    return self.fault("x", f"a:{missing}")
                if fields.get("Key") != self.key(held):
                    return self.fault("Other user has modified Customer")
                edited = self.edit(held.id, **self._known(fields))
                return self.envelope("Update_Result", self.row(edited))
            case _:
                return self.fault("no such operation")

    def _page(self, told: dict[str, Any]) -> str:
        rule = told.get("filter", {})
        people = self.listed()
        if rule.get("Field") == "Last_Date_Modified":
            edge = rule["Criteria"].removesuffix("..")
            people = [it for it in people if f"{it.changed:%Y-%m-%d}" >= edge]
        if rule.get("Field") == "Our_Reference":
            people = [it for it in people if it.reference == rule["Criteria"]]
        after = told.get("bookmarkKey", "").partition(";")[0]
        rows = [it for it in people if not after or int(it.id) > int(after)]
        shown = "".join(self.row(it) for it in rows[: int(told["setSize"])])
        return f"<ReadMultiple_Result>{shown}</ReadMultiple_Result>"

    def _known(self, fields: dict[str, str]) -> dict[str, str]:
        names = {
            "first": "First_Name", "last": "Surname", "mail": "E_Mail",
            "reference": "Our_Reference",
        }  # fmt: skip
        return {name: fields[path] for name, path in names.items() if path in fields}


class SapByd(SoapFake):
    """SAP Business ByDesign: two services, and a log inside a 200 that tells of failures."""

    profile = "sap_byd"
    namespace = "http://sap.com/xi/SAPGlobal20/Global"
    creates = False
    shows_deleted = True
    wsdls: ClassVar = {
        "/querycustomerin1?sap-vhost=wsdl": ROOT / "tests/data/sap_byd/query.wsdl",
        "/managecustomerin1?sap-vhost=wsdl": ROOT / "tests/data/sap_byd/manage.wsdl",
    }

    def __init__(self) -> None:
        super().__init__()
        self.own_failures = (self._query("", log="3"),)

    def row(self, person: Person) -> str:
        times = tags(
            CreationDateTime=f"{person.made:%Y-%m-%dT%H:%M:%S}.0000000Z",
            LastChangeDateTime=f"{person.changed:%Y-%m-%dT%H:%M:%S}.0000000Z",
        )
        mail = f"<Email>{tags(URI=person.mail)}</Email>"
        return (
            f"<Customer><SystemAdministrativeData>{times}</SystemAdministrativeData>"
            + tags(InternalID=person.id, CategoryCode="1",
                   LifeCycleStatusCode="4" if person.deleted else "2")
            + f"<Person>{tags(GivenName=person.first, FamilyName=person.last)}</Person>"
            f"<AddressInformation><Address>{mail}</Address></AddressInformation></Customer>"
        )  # fmt: skip

    def answer(self, path, told, operation) -> Answer:
        if path.endswith("/managecustomerin1"):
            return self._manage(told)
        rules = told.get("CustomerSelectionByElements") or {}
        page = told["ProcessingConditions"]
        people = self.listed()
        if "SelectionByLastChangeDateTime" in rules:
            edge = rules["SelectionByLastChangeDateTime"]["LowerBoundaryLastChangeDateTime"]
            people = [it for it in people if f"{it.changed:%Y-%m-%dT%H:%M:%SZ}" >= edge]
        if "SelectionByInternalID" in rules:
            wanted = rules["SelectionByInternalID"]["LowerBoundaryInternalID"]
            people = [it for it in people if it.id == wanted]
        after = page.get("LastReturnedObjectID") or "0"
        rows = [it for it in people if int(it.id) > int(after)]
        size = int(page["QueryHitsMaximumNumberValue"])
        shown, more = rows[:size], len(rows) > size
        conditions = tags(
            MoreHitsAvailableIndicator=str(more).lower(),
            LastReturnedObjectID=shown[-1].id if shown else "",
        )
        return self._query(
            "".join(self.row(it) for it in shown)
            + f"<ProcessingConditions>{conditions}</ProcessingConditions>"
        )

    def _query(self, inner: str, log: str = "1") -> Answer:
        return self.envelope(
            "CustomerByElementsResponse_sync", inner + f"<Log>{_log(log, 'T1', 'x')}</Log>"
        )

    def _manage(self, told: dict[str, Any]) -> Answer:
        fields = told["Customer"]
        assert fields["actionCode"] == "02"
        assert not [name for name in fields if "Complete" in name]
        held = self.people.get(fields["InternalID"])
        if held is None:
            log = _log("3", "T2", "Customer Anna does not exist")
        else:
            names = fields.get("Person") or {}
            self.edit(held.id, first=names.get("GivenName", held.first),
                      last=names.get("FamilyName", held.last))  # fmt: skip
            log = _log("1", "T1", "saved")
        return self.envelope("CustomerBundleMaintainConfirmation_sync_V1", f"<Log>{log}</Log>")


def _log(severity: str, kind: str, note: str) -> str:
    item = tags(TypeID=kind, SeverityCode=severity, Note=note)
    return f"{tags(MaximumLogItemSeverityCode=severity)}<Item>{item}</Item>"
