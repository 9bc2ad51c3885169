"""A device made of an .snmprec recording: answers SNMP version 2c over UDP on loopback."""

import bisect
import socket
import threading
from typing import Any, Dict, List, Tuple

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c

Oid = Tuple[int, ...]

_READERS = {
    "2": lambda text: rfc1902.Integer32(int(text)),
    "4": lambda text: rfc1902.OctetString(text.encode("latin-1")),
    "4x": lambda text: rfc1902.OctetString(hexValue=text),
    "6": lambda text: rfc1902.ObjectIdentifier(text),
    "64": lambda text: rfc1902.IpAddress(text),
    "65": lambda text: rfc1902.Counter32(int(text)),
    "66": lambda text: rfc1902.Gauge32(int(text)),
    "67": lambda text: rfc1902.TimeTicks(int(text)),
    "70": lambda text: rfc1902.Counter64(int(text)),
}


def read_recording(text: str) -> Dict[Oid, Any]:
    found = {}
    for line in filter(None, text.splitlines()):
        oid, tag, value = line.split("|", 2)
        found[tuple(map(int, oid.split(".")))] = _READERS[tag](value)
    return found


class SnmpDevice:
    """Use it with `with`; `port` is where it answers. Whoever has another community hears nothing. More than
    `answer_rows` objects do not fit into an answer: tooBig. `asked` counts the requests."""

    def __init__(self, objects: Dict[Oid, Any], community: str = "public", answer_rows: int = 1000) -> None:
        self._objects = objects
        self._oids: List[Oid] = sorted(objects)
        self._community = community
        self._answer_rows = answer_rows
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "SnmpDevice":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            request, sender = self._socket.recvfrom(65535)
            if request == b"":
                return
            self.asked += 1
            answer = self._answer(request)
            if answer is not None:
                self._socket.sendto(answer, sender)

    def _answer(self, request: bytes) -> Any:
        message, _ = decoder.decode(request, asn1Spec=v2c.Message())
        if bytes(v2c.apiMessage.get_community(message).asOctets()) != self._community.encode():
            return None
        answer = v2c.apiMessage.get_response(message)
        pdu, back = v2c.apiMessage.get_pdu(message), v2c.apiMessage.get_pdu(answer)
        asked = [tuple(map(int, oid)) for oid, _ in v2c.apiPDU.get_varbinds(pdu)]
        if pdu.isSameTypeWith(v2c.GetRequestPDU()):
            found = [(oid, self._objects.get(oid, rfc1905.NoSuchInstance(""))) for oid in asked]
        elif pdu.isSameTypeWith(v2c.GetNextRequestPDU()):
            found = [self._after(oid) for oid in asked]
        else:
            found = []
            for oid in asked:
                for _ in range(int(v2c.apiBulkPDU.get_max_repetitions(pdu))):
                    found.append(self._after(oid))
                    oid = found[-1][0]
        if len(found) > self._answer_rows:
            v2c.apiPDU.set_error_status(back, 1)
            found = []
        v2c.apiPDU.set_varbinds(back, found)
        return encoder.encode(answer)

    def _after(self, oid: Oid) -> Tuple[Oid, Any]:
        at = bisect.bisect_right(self._oids, oid)
        if at == len(self._oids):
            return oid, rfc1905.EndOfMibView("")
        return self._oids[at], self._objects[self._oids[at]]
