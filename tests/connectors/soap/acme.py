"""A service that nobody ever heard of: its WSDL, its profile, its envelopes."""

from lxml import etree

from hub.model import Change, Operation

URL = "http://soap.example/people"


NS = "urn:acme"


WSDL = """<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:acme"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:acme"
  xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <types><xs:schema targetNamespace="urn:acme" elementFormDefault="qualified">
  <xs:complexType name="Mail"><xs:sequence>
   <xs:element name="Address" type="xs:string"/><xs:element name="Main" type="xs:boolean"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="Person"><xs:sequence>
   <xs:element name="Number" type="xs:int" minOccurs="0"/>
   <xs:element name="Name" type="xs:string" minOccurs="0" nillable="true"/>
   <xs:element name="Mail" type="t:Mail" minOccurs="0" maxOccurs="unbounded"/>
   <xs:element name="Boss" type="t:Person" minOccurs="0"/>
   <xs:element name="Tag" type="xs:string" minOccurs="0"/>
   <xs:element name="Stamp" type="xs:dateTime" minOccurs="0"/>
   <xs:element name="Revision" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:element name="findPeople"><xs:complexType><xs:sequence>
   <xs:element name="from" type="xs:string" minOccurs="0"/>
   <xs:element name="tag" type="xs:string" minOccurs="0"/>
   <xs:element name="page" type="xs:int" minOccurs="0"/>
   <xs:element name="size" type="xs:int" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="findPeopleResponse"><xs:complexType><xs:sequence>
   <xs:element name="count" type="xs:int" minOccurs="0"/>
   <xs:element name="next" type="xs:string" minOccurs="0"/>
   <xs:element name="people" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="person" type="t:Person" minOccurs="0" maxOccurs="unbounded"/>
   </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="getPerson"><xs:complexType><xs:sequence>
   <xs:element name="number" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="savePerson"><xs:complexType><xs:sequence>
   <xs:element name="person" type="t:Person"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="personResponse"><xs:complexType><xs:sequence>
   <xs:element name="person" type="t:Person" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
 </xs:schema></types>
 <message name="findIn"><part name="p" element="t:findPeople"/></message>
 <message name="findOut"><part name="p" element="t:findPeopleResponse"/></message>
 <message name="getIn"><part name="p" element="t:getPerson"/></message>
 <message name="saveIn"><part name="p" element="t:savePerson"/></message>
 <message name="personOut"><part name="p" element="t:personResponse"/></message>
 <portType name="Port">
  <operation name="findPeople"><input message="t:findIn"/><output message="t:findOut"/></operation>
  <operation name="getPerson"><input message="t:getIn"/><output message="t:personOut"/></operation>
  <operation name="savePerson"><input message="t:saveIn"/>
   <output message="t:personOut"/></operation>
 </portType>
 <binding name="Binding" type="t:Port">
  <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  <operation name="findPeople"><soap:operation soapAction="urn:find"/>
   <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  <operation name="getPerson"><soap:operation soapAction="urn:get"/>
   <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  <operation name="savePerson"><soap:operation soapAction="urn:save"/>
   <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
 </binding>
 <service name="S"><port name="P" binding="t:Binding">
  <soap:address location="http://inside.example/elsewhere"/></port></service>
</definitions>"""


PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: soap
limits: {page: 2}
errors: {stale: [somebody was faster], missing: [NoSuchPerson], retry: [Deadlock]}
customers:
  id: Number
  version: Revision
  reference: Tag
  changed: {fields: [Stamp]}
  list:
    operation: findPeople
    arguments: {page: "{at}", size: "{size}"}
    since: {from: "{since}"}
    records: people.person
    pages: {kind: number}
    total: {path: count}
  read: {operation: getPerson, arguments: {number: "{id}"}, record: person}
  find: {operation: findPeople, arguments: {tag: "{reference}"}, record: people.person}
  create: {operation: savePerson, arguments: {person: "{fields}"}, record: person}
  update: {operation: savePerson, arguments: {person: "{record}"}, record: person}
"""


def envelope(body: str) -> str:
    head = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    return f"{head}{body}</s:Body></s:Envelope>"


def people(*rows: str, count: int | None = None, following: str = "") -> str:
    told = "" if count is None else f"<count>{count}</count>"
    return envelope(
        f'<findPeopleResponse xmlns="{NS}">{told}<next>{following}</next>'
        f"<people>{''.join(rows)}</people></findPeopleResponse>"
    )


def one(fields: str = "") -> str:
    inner = f"<person>{fields}</person>" if fields else ""
    return envelope(f'<personResponse xmlns="{NS}">{inner}</personResponse>')


def person(number: int, more: str = "") -> str:
    return f"<person><Number>{number}</Number>{more}</person>"


def fault(code: str, text: str = "Anna Private") -> str:
    return envelope(
        f"<s:Fault><faultcode>{code}</faultcode>"
        f"<faultstring lang='en'>{text}</faultstring></s:Fault>"
    )


def sent(mock, place: int = -1) -> etree._Element:
    return etree.fromstring(mock.calls[place].request.body)


def value(mock, name: str) -> str | None:
    return sent(mock).findtext(f".//{{{NS}}}{name}")


def update(**facts: object) -> Change:
    given = {"fields": {"Name": "Anna"}, "base": {"Number": 7, "Revision": "r1"}, **facts}
    return Change("chg_1", Operation.UPDATE, "7", reference="cus_1", **given)


def create(**facts: object) -> Change:
    return Change("chg_1", Operation.CREATE, None, {"Name": "Anna"}, None, "cus_1", **facts)
