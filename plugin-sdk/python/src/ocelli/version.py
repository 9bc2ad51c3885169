"""The version of this SDK, and of the protocol it speaks."""

__version__ = "0.1.0"

PROTOCOL_MAJOR = 1
