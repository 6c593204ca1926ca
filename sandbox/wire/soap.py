"""SOAP 1.1 document/literal over HTTP: an envelope in, an operation out, and back.

Knows envelopes, faults and XML; knows nothing of customers. What a client sends is parsed
without entities, DTDs or network, and every namespace must be right.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

from sandbox.wire.web import Request, Response

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_CONTENT_TYPE = "text/xml; charset=utf-8"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class SoapFaultError(Exception):
    """What the service answers when it can't do what was asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        """``Client``, ``Server`` and so on, or an application's code after ``a:``."""
        self.message = message


class Node(NamedTuple):
    """An element whose namespace was checked: local name, text, and elements within."""

    name: str
    text: str
    children: tuple["Node", ...]

    def value(self, name: str) -> str | None:
        """Return the text of the first element of that name within, or None."""
        return next((child.text for child in self.children if child.name == name), None)


def read_operation(request: Request, namespace: str) -> Node:
    """Return the operation in the body of an envelope; raises ``SoapFaultError``."""
    body = _body(_parse(request.body))
    if len(body) != 1:
        raise SoapFaultError("Client", "The SOAP body must hold exactly one element.")
    return _node(body[0], namespace)


def action(request: Request) -> str:
    """Return the SOAPAction header without its quotes; empty where there is none."""
    return request.headers.get("soapaction", "").strip().strip('"')


def reply(body: bytes) -> Response:
    """Answer with an element, already rendered, in an envelope."""
    return Response(200, _envelope(body), _CONTENT_TYPE)


def reply_fault(fault: SoapFaultError, *, namespace: str, status: int = 500) -> Response:
    """Answer with a fault; ``namespace`` is that of the application's codes."""
    code = fault.code if ":" in fault.code else f"s:{fault.code}"
    message = escape_xml(fault.message)
    body = (
        f'<s:Fault><faultcode xmlns:a="{namespace}">{escape_xml(code)}</faultcode>'
        f'<faultstring xml:lang="en-US">{message}</faultstring>'
        f'<detail><string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">{message}'
        "</string></detail></s:Fault>"
    )
    return Response(status, _envelope(body.encode()), _CONTENT_TYPE)


def render(name: str, fields: Mapping[str, str | None]) -> bytes:
    """Render one element of simple fields; fields that are None are left out."""
    inner = "".join(
        f"<{field}>{escape_xml(value)}</{field}>"
        for field, value in fields.items()
        if value is not None
    )
    return f"<{name}>{inner}</{name}>".encode()


def escape_xml(text: str) -> str:
    """Make any text safe between tags; what XML can't carry becomes U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _envelope(body: bytes) -> bytes:
    return b'<s:Envelope xmlns:s="%b"><s:Body>%b</s:Body></s:Envelope>' % (ENVELOPE.encode(), body)


def _parse(document: bytes) -> "etree._Element":
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise SoapFaultError("Client", "The message is not well-formed XML.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SoapFaultError("Client", "A SOAP message must not hold a document type declaration.")
    return root


def _body(envelope: "etree._Element") -> "etree._Element":
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise SoapFaultError("VersionMismatch", "The message is not a SOAP 1.1 envelope.")
    body = envelope.find(f"{{{ENVELOPE}}}Body")
    if body is None:
        raise SoapFaultError("Client", "The SOAP envelope has no body.")
    return body


def _node(element: "etree._Element", namespace: str) -> Node:
    name = etree.QName(element)
    if name.namespace != namespace:
        message = f"Element '{name.localname}' is not in namespace '{namespace}'."
        raise SoapFaultError("Client", message)
    children = tuple(_node(child, namespace) for child in element)
    return Node(name.localname, "" if children else element.text or "", children)
