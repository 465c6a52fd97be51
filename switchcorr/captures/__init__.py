"""Captured text as it lies in folders, terminal logs and show-tech; which device and platform it is of."""

from switchcorr.captures.folders import DeviceSource, find_devices
from switchcorr.captures.layout import Reading, read_device, read_output

__all__ = ["DeviceSource", "Reading", "find_devices", "read_device", "read_output"]
