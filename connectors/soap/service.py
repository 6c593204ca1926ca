"""One service: its WSDL, loaded once when first needed, and the letters that zeep writes by it.

What the WSDL says of the service's address is not believed: letters go where the channel is.
"""

from typing import Any

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.settings import Settings
from zeep.wsdl.bindings.soap import SoapBinding
from zeep.wsse.username import UsernameToken

from connectors.soap.json import Shape, shape_of
from connectors.soap.letterbox import Letter, Letterbox
from hub.errors import ConfigError, RejectedError

_BROKEN_WSDL = (ZeepError, etree.LxmlError, LookupError, ValueError, TypeError, AttributeError)
_UNWRITABLE = (ZeepError, TypeError, ValueError, LookupError)


class Service:
    """Writes the letters of one service of one channel."""

    def __init__(
        self, channel: str, url: str, letterbox: Letterbox, token: UsernameToken | None
    ) -> None:
        self.url = url
        self._channel = channel
        self._letterbox = letterbox
        self._wsse = token
        self._service: Any = None
        self._binding: Any = None

    def load(self) -> None:
        """Load the WSDL, unless that was done; raises ConfigError and TransientError."""
        if self._service is not None:
            return
        name = self._channel
        settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True, raw_response=True)
        try:
            client: Any = zeep.Client(  # type: ignore[no-untyped-call]  # zeep has no types
                self._letterbox.wsdl,
                transport=self._letterbox,
                settings=settings,
                wsse=self._wsse,
            )
            binding = next(
                it for it in client.wsdl.bindings.values() if isinstance(it, SoapBinding)
            )
            self._binding = binding
            self._service = client.create_service(binding.name, self.url)
        except StopIteration:
            raise ConfigError(f"{name}: the WSDL describes no SOAP service; check url") from None
        except _BROKEN_WSDL as error:
            kind = type(error).__name__
            raise ConfigError(f"{name}: the WSDL can't be used ({kind}); check url") from error

    def write(self, operation: str, arguments: Any, where: str) -> Letter:
        """Write a letter; raises RejectedError for what the WSDL has no room for."""
        try:
            call = self._service[operation]
        except AttributeError as error:
            known = ", ".join(sorted(name for name, _ in self._service))
            raise ConfigError(
                f"{self._channel}: the WSDL has no operation {operation!r}; it has: {known}"
            ) from error
        try:
            letter: Letter = call(**arguments)
        except _UNWRITABLE:
            # "from None": the reason quotes the value.
            raise RejectedError(f"{where}: the WSDL has no room for this change") from None
        return letter

    def shape(self, operation: str) -> Shape | None:
        """Return what the WSDL says of the operation's answer."""
        return shape_of(self._binding.get(operation).output.body.type)
