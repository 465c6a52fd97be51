"""On which file system a path is, by what the system tells of its mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.mounts import file_system_of, is_on_network, nearest_mount

_MOUNTS = (
    "1 0 0:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:2 / /srv rw - nfs4 h:/ rw\n3 2 0:3 / /srv/local\\040disk rw - xfs /dev/b rw\n"
    "4 1 0:4 / /ceph rw - ceph h:/ rw\nrubbish\n"
)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/x", "ext4"), ("/", "ext4"), ("/srv", "nfs4"), ("/srv/x.db", "nfs4"), ("/srvx/y", "ext4"), ("/srv/local disk/x", "xfs")],
)
def test_file_systems_are_found_by_the_longest_mount_point(path: str, kind: str) -> None:
    assert nearest_mount(Path(path), _MOUNTS) == kind


def test_what_the_system_does_not_tell_is_unknown(tmp_path: Path) -> None:
    assert nearest_mount(Path("/x"), "") == ""
    assert file_system_of(Path("/"), tmp_path / "missing") == ""


def test_network_file_systems_are_told_from_local_ones(tmp_path: Path) -> None:
    told = tmp_path / "mountinfo"
    told.write_text(_MOUNTS)
    assert [is_on_network(Path(path), told) for path in ("/", "/ceph/state")] == ["", "ceph"]
