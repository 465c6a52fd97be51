"""Which kind of file system a path is on, and whether that is one over a network, where locks and shared memory are weaker."""

from __future__ import annotations

import re
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "gpfs", "beegfs",
     "ocfs2", "gfs2", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "davfs", "fuse.davfs2", "virtiofs", "vboxsf"}
)  # fmt: skip
"""File systems over a network or between machines, on which the shared memory of WAL does not work. Source: SQLite, "Write-Ahead Logging"."""
MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")


def file_system_of(path: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system a path is on; empty where the system does not tell."""
    try:
        text = mounts.read_text(errors="replace")
    except OSError:
        return ""
    return nearest_mount(path.resolve(), text)


def is_on_network(path: Path, mounts: Path = MOUNTS) -> str:
    """The network file system a path is on; empty for a local one, and where the system does not tell."""
    kind = file_system_of(path, mounts)
    return kind if kind in NETWORK_FILE_SYSTEMS else ""


def nearest_mount(path: Path, mounts: str) -> str:
    """The type of the file system a path is on, by the text of ``/proc/self/mountinfo``; empty if it does not tell.

    >>> nearest_mount(Path("/srv/x.db"), "36 35 98:0 / /srv rw - nfs4 host:/srv rw")
    'nfs4'
    """
    best, found = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) < 5 or not right:
            continue
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, found = len(point.parts), right.split()[0]
    return found
