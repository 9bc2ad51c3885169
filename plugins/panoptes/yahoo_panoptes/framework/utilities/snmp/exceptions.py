"""How SNMP fails."""

from yahoo_panoptes.framework.exceptions import PanoptesBaseException


class PanoptesSNMPException(PanoptesBaseException):
    """Base of all of them."""


class PanoptesSNMPConnectionException(PanoptesSNMPException):
    """The host cannot be reached or found."""


class PanoptesSNMPTimeoutException(PanoptesSNMPConnectionException):
    """No answer in time: nobody is there, or the community is wrong."""


class PanoptesSNMPUnknownObjectIDException(PanoptesSNMPException):
    """There is no such object id."""


class PanoptesSNMPNoSuchNameException(PanoptesSNMPException):
    """SNMPv1: the device has no such object."""


class PanoptesSNMPNoSuchObjectException(PanoptesSNMPException):
    """The device has no such object."""


class PanoptesSNMPNoSuchInstanceException(PanoptesSNMPException):
    """The device has the object, but not this instance of it."""


class PanoptesSNMPUndeterminedTypeException(PanoptesSNMPException):
    """A value has a type that is not known."""
