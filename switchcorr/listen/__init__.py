"""Syslog as it comes: frames from UDP, TCP and TLS to lines of segment files, and nothing more; what they mean is read by ``ingest``."""
