"""What text cannot tell of devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchcorr.errors import InputFileError
from switchcorr.topology.placement.device_groups import read_device_groups


def test_each_filled_cell_is_a_group(tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_bytes(b"\xef\xbb\xbfDevice,Site,power\r\nacc-1, north ,\r\n,x,y\r\nacc-2\r\n")
    assert read_device_groups(path) == {"acc-1": {"site": "north"}, "acc-2": {}}


@pytest.mark.parametrize(("text", "found"), [("\n", "nothing"), ("switch,site\n", "switch, site")])
def test_a_table_without_devices_is_refused(tmp_path: Path, text: str, found: str) -> None:
    path = tmp_path / "devices.csv"
    path.write_text(text)
    with pytest.raises(InputFileError, match=f"no column 'device'; found {found}"):
        read_device_groups(path)
