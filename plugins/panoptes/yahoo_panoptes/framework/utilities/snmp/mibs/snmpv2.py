"""SNMPv2-MIB."""

from yahoo_panoptes.framework.utilities.snmp.mibs.base import Mib, oid


class MibSNMPV2(Mib):
    sysDescr = oid(".1.3.6.1.2.1.1.1")
    interfaces = oid(".1.3.6.1.2.1.2")
