"""Captured text as it lies in folders, terminal logs and show-tech files; which device and platform it is of."""

from switchcorr.captures.layout import DeviceSource, Reading, find_devices, read_device, read_output

__all__ = ["DeviceSource", "Reading", "find_devices", "read_device", "read_output"]
