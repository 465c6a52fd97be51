"""Reason codes of CallManager alarms. The same number means different things in different enums, so a reason keeps its enum.

Source: alarm catalogues of Cisco Unified Communications Manager 12.5, 14 and 15 (the three agree), CISCO-CCM-MIB for
codes 0, 2-5 and 7; the phones' own codes from the alarm LastOutOfServiceInformation. No list of version 4.x is public.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class ReasonEnum(enum.IntEnum):
    """The list a reason code belongs to; the number is for columns only."""

    NONE = 0
    END_POINT_UNREGISTERED = 1
    DEVICE_UNREGISTERED = 2
    TRANSIENT_CONNECTION = 3
    STATION_CONNECTION_ERROR = 4
    PHONE = 5

    @property
    def label(self) -> str:
        """Its name in JSON: ``EndPointUnregistered.Reason``; empty for ``NONE``."""
        return _LABELS[self]


_LABELS = {
    ReasonEnum.NONE: "",
    ReasonEnum.END_POINT_UNREGISTERED: "EndPointUnregistered.Reason",
    ReasonEnum.DEVICE_UNREGISTERED: "DeviceUnregistered.Reason",
    ReasonEnum.TRANSIENT_CONNECTION: "TransientConnection.Reason",
    ReasonEnum.STATION_CONNECTION_ERROR: "StationConnectionError.Reason",
    ReasonEnum.PHONE: "Phone.Reason",
}

_UNREGISTERED: Mapping[int, str] = {
    0: "NoError", 1: "Unknown", 2: "NoEntryInDatabase", 3: "DatabaseConfigurationError", 4: "DeviceNameUnresolveable",
    5: "MaxDevRegExceeded", 6: "ConnectivityError", 7: "InitializationError", 8: "DeviceInitiatedReset", 9: "CallManagerReset",
    10: "DeviceUnregistered", 11: "MalformedRegisterMsg", 12: "SCCPDeviceThrottling", 13: "KeepAliveTimeout",
    14: "ConfigurationMismatch", 15: "CallManagerRestart", 16: "DuplicateRegistration", 17: "CallManagerApplyConfig",
    18: "DeviceNoResponse", 19: "EMLoginLogout", 20: "EMCCLoginLogout", 21: "PowerSavePlus", 22: "CallManagerForcedRestart",
    23: "SourceIPAddrChanged", 24: "SourcePortChanged", 25: "RegistrationSequenceError", 26: "InvalidCapabilities",
    28: "FallbackInitiated", 29: "DeviceSwitch", 30: "DeviceWipe", 31: "DeviceForcedReset", 33: "LowBattery", 34: "ManualPowerOff",
}  # fmt: skip
_TRANSIENT: Mapping[int, str] = {
    1: "Unknown", 2: "NoEntryInDatabase", 3: "DatabaseConfigurationError", 4: "DeviceNameUnresolveable", 5: "MaxDevRegExceeded",
    6: "ConnectivityError", 7: "InitializationError", 8: "DeviceInitiatedReset", 9: "CallManagerReset", 10: "AuthenticationError",
    11: "InvalidX509NameInCertificate", 12: "InvalidTLSCipher", 14: "MalformedRegisterMsg", 15: "ProtocolMismatch",
    16: "DeviceNotActive", 17: "AuthenticatedDeviceAlreadyExists", 18: "ObsoleteProtocolVersion", 19: "DigestAuthChallenge",
    20: "DigestAuthChallengeForID", 21: "DigestChallengeTimeout", 22: "ExpiresTimeTooSmall", 23: "DatabaseTimeout",
    24: "UniqueDeviceForUserNotFound", 25: "RegistrationSequenceError", 26: "InvalidCapabilities", 27: "CapabilityResponseTimeout",
    28: "SecurityMismatch", 29: "AutoRegisterDBError", 30: "DBAccessError", 31: "AutoRegisterDBConfigTimeout",
    32: "DeviceTypeMismatch", 33: "AddressingModeMismatch", 34: "SourceVerificationForSoftwareMediaDevicesFailure",
    35: "AuthorizationError",
}  # fmt: skip
_STATION: Mapping[int, str] = {
    0: "DeviceInitiatedReset", 1: "SCCPDeviceThrottling", 2: "KeepAliveTimeout", 3: "DBChangeNotify",
    4: "DeviceRegistrationSuperceded", 5: "DeepSleep", 6: "RegistrationSequenceError", 7: "InvalidCapabilities", 8: "SocketBroken",
}  # fmt: skip
_PHONE: Mapping[int, str] = {
    10: "TCPtimedOut", 11: "TCPbadAck", 12: "TCPucmResetConnection", 13: "TCPucmAbortedConnection", 14: "TCPucmClosedConnection",
    15: "SCCPKeepAliveFailure", 16: "TCPdeviceLostIPAddress", 17: "TCPDeviceRegistrationTimedOut",
    18: "TCPclosedConnectHighPriorityUcm", 19: "PhoneDiagnostic", 20: "TCPclosedUserInitiatedReset", 21: "PhoneReIP",
    22: "TCPclosedUcmInitiatedReset", 23: "TCPclosedUcmInitiatedRestart", 24: "TCPClosedRegistrationReject",
    25: "RegistrationSuccessful", 26: "TCPclosedVlanChange", 30: "TCPclosedAlarmWipe", 31: "FileAuthFail", 32: "PowerSavePlus",
    33: "BatteryDrainPowerOff", 34: "ManualPowerOff", 41: "TCPclosedDHCPTimeout", 100: "ConfigVersionMismatch",
    101: "ConfigFileVersionMismatch", 104: "ApplyConfig", 105: "DeviceRestart", 106: "TCPsecureConnectionFailed", 107: "DeviceReset",
    108: "VpnConnectionLost", 109: "IPAddressChanged", 111: "ApplicationRequestedDestroy", 113: "SocketError", 200: "ApplicationClosed",
    201: "Standby", 202: "Hibernate", 203: "Shutdown", 204: "Crash", 205: "NoCleanupTime", 206: "SwitchedToDeskphone",
    207: "SwitchedToSoftphone", 208: "NetworkChanged", 209: "CountExceeded", 210: "CountExceeded",
}  # fmt: skip
_TABLES: Mapping[ReasonEnum, Mapping[int, str]] = {
    ReasonEnum.NONE: {},
    ReasonEnum.END_POINT_UNREGISTERED: _UNREGISTERED,
    ReasonEnum.DEVICE_UNREGISTERED: _UNREGISTERED,
    ReasonEnum.TRANSIENT_CONNECTION: _TRANSIENT,
    ReasonEnum.STATION_CONNECTION_ERROR: _STATION,
    ReasonEnum.PHONE: _PHONE,
}


def reason_enum(label: str) -> ReasonEnum:
    """The enum with this label, in any case; ``NONE`` for an empty one.

    Raises:
        ValueError: no such enum.
    """
    for value, known in _LABELS.items():
        if known.lower() == label.strip().lower():
            return value
    raise ValueError(f"no such list of reasons: {label!r}; known are {', '.join(filter(None, _LABELS.values()))}")


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """A reason code with the list it comes from.

    >>> str(Reason(ReasonEnum.END_POINT_UNREGISTERED, 13)), str(Reason(ReasonEnum.PHONE, 77))
    ('13 KeepAliveTimeout', '77 Unknown(77)')
    """

    enum: ReasonEnum
    code: int

    @property
    def name(self) -> str:
        """Name of the code; ``Unknown(n)`` for a number the list lacks."""
        return _TABLES[self.enum].get(self.code, f"Unknown({self.code})")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
