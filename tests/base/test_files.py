"""The door to files: names, whole writes, bounded reading."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder, ReadLimits, open_input, pack, read_available, read_blocks, read_bytes, safe_name, write_whole


@given(st.text(max_size=300))
def test_a_safe_name_stays_in_its_directory(text: str) -> None:
    name = safe_name(text)
    assert Path(name).name == name
    assert len(name) <= 73
    assert not name.startswith(".")


def test_names_that_look_alike_do_not_collide() -> None:
    assert len({safe_name(text) for text in ("a/b", "a_b", "a:b", "../a_b", "A_b", "")}) == 6


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    write_whole(target, "first")
    write_whole(target, b"second")
    assert target.read_bytes() == b"second"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_file_for_others_is_theirs_to_read_unless_its_owner_said_otherwise(tmp_path: Path) -> None:
    target = tmp_path / "x.prom"
    before = os.umask(0o077)
    try:
        write_whole(target, "first", mode=0o644)
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o7777 == 0o644
    target.chmod(0o640)
    write_whole(target, "second", mode=0o644)
    assert (target.read_text(), target.stat().st_mode & 0o7777) == ("second", 0o640)


def test_writing_into_a_missing_directory_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="cannot be written"):
        write_whole(tmp_path / "nowhere" / "out", "x")


def test_writing_over_a_directory_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputFileError):
        write_whole(tmp_path / "taken", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_writing_takes_the_place_of_no_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "stdout").symlink_to("pipe")
    for name in ("pipe", "stdout"):
        with pytest.raises(InputFileError, match="no regular file"):
            write_whole(tmp_path / name, "x")
    assert sorted((path.name, path.is_fifo()) for path in tmp_path.iterdir()) == [("pipe", True), ("stdout", True)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_plain_and_packed_files_read_the_same(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / "log"
    path.write_bytes(pack(b"line\n" * 1000))
    assert read_bytes(path) == b"line\n" * 1000


_FRAMES = [
    zstandard.ZstdCompressor(write_checksum=checksum, write_content_size=sized).compress(data)
    for checksum in (True, False)
    for sized in (True, False)
    for data in (b"", b"a", b"\0" * 500_000, random.Random(1).randbytes(300_000), b"line\n" * 60_000)
]


@pytest.mark.parametrize("number", range(len(_FRAMES)))
def test_a_zstd_file_that_is_cut_short_says_so_wherever_it_is_cut(tmp_path: Path, number: int) -> None:
    path, whole = tmp_path / "log.zst", _FRAMES[number]
    skipped = b"\x5a\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    for packed in (whole, whole + skipped, whole + whole):
        path.write_bytes(packed)
        read_bytes(path)
    cuts = {len(whole) - 1, len(whole) - 4, len(whole) - 5, len(whole) // 2, 5, 7, *(len(whole) * n // 10 for n in range(1, 10))}
    for cut in sorted(one for one in cuts if 4 <= one < len(whole)):
        for before in (b"", whole):
            path.write_bytes(before + whole[:cut])
            with pytest.raises(InputFileError, match="cut short"):
                read_bytes(path)


def test_two_zstd_frames_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "log.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(b"a\n") + zstandard.ZstdCompressor().compress(b"b\n"))
    assert read_bytes(path) == b"a\nb\n"


def test_an_empty_file_a_directory_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name, words in (("empty", "is empty"), (".", "is a directory; name the files in it"), ("gone", "cannot be opened")):
        with pytest.raises(InputFileError, match=words):
            read_bytes(tmp_path / name)


def test_a_dash_is_no_standard_input_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputFileError, match=r"^-: cannot be opened: .* Standard input is not read; save it into a file first\.$"):
        read_bytes(Path("-"))


def test_a_fifo_is_refused_without_hanging(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputFileError, match="is no regular file"):
        read_bytes(tmp_path / "pipe")


def test_a_truncated_gzip_gives_what_it_holds_and_then_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    packed = gzip.compress(os.urandom(1 << 18).hex().encode() * 4)
    path.write_bytes(packed[: len(packed) // 2])
    with open_input(path) as stream:
        blocks = read_blocks(stream)
        assert len(next(blocks)) > 100_000
        with pytest.raises(InputFileError, match="damaged"):
            list(blocks)
    data, error = read_available(path)
    assert len(data) > 100_000
    assert error is not None


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"\0" * (64 << 20)))
    with pytest.raises(InputFileError, match="when unpacked"):
        read_bytes(path)
    small = tmp_path / "plain"
    small.write_bytes(b"x" * 100)
    with pytest.raises(InputFileError, match="more than"):
        read_bytes(small, limits=ReadLimits(bytes_out=10))


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=60), st.integers(1, 50))
def test_blocks_join_to_the_file_and_end_at_lines(lines: list[bytes], size: int) -> None:
    whole = b"\n".join(lines)
    blocks = list(read_blocks(io.BytesIO(whole), size=size))
    assert b"".join(blocks) == whole
    assert all(block.endswith(b"\n") for block in blocks[:-1])


def test_an_endless_line_is_cut() -> None:
    blocks = list(read_blocks(io.BytesIO(b"x" * 1000), size=10, longest_line=100))
    assert b"".join(blocks) == b"x" * 1000
    assert max(map(len, blocks)) <= 110


def test_a_folder_of_our_own_and_its_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with OwnFolder.at(tmp_path / "state" / "sweeps") as sweeps, sweeps.folder("acc-1") as device:
            device.write("show_version.txt", b"IOS")
            device.append("visits.jsonl", b"{}\n")
            device.append("visits.jsonl", b"{}\n")
    finally:
        os.umask(before)
    modes = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {
        "state": 0o700,
        "state/sweeps": 0o700,
        "state/sweeps/acc-1": 0o700,
        "state/sweeps/acc-1/show_version.txt": 0o600,
        "state/sweeps/acc-1/visits.jsonl": 0o600,
    }
    assert (tmp_path / "state/sweeps/acc-1/visits.jsonl").read_bytes() == b"{}\n{}\n"


def test_a_planted_link_is_refused_and_its_target_stays_as_it_is(tmp_path: Path) -> None:
    secret, own = tmp_path / "secret", tmp_path / "own"
    secret.write_text("precious")
    (tmp_path / "elsewhere").mkdir()
    own.mkdir()
    (own / "file").symlink_to(secret)
    (own / "folder").symlink_to(tmp_path / "elsewhere")
    (own / ".new.part").symlink_to(secret)
    with OwnFolder.at(own) as folder:
        with pytest.raises(InputFileError, match="something else has this name"):
            folder.write("file", b"x")
        with pytest.raises(InputFileError, match="cannot be written"):
            folder.append("file", b"x")
        with pytest.raises(InputFileError, match="cannot be written"):
            folder.folder("folder")
        folder.write("new", b"x")
    assert secret.read_text() == "precious"
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (own / "new").read_bytes() == b"x"


def test_what_a_killed_process_left_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as folder:
        for name in (".show_version.txt.part", ".keep", "part", "a.part"):
            (tmp_path / name).touch()
        assert folder.remove_parts() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".keep", "a.part", "part"]


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputFileError, match="cannot be written"):
        OwnFolder.at(tmp_path / "file" / "sweeps")
    with OwnFolder.at(tmp_path) as folder, pytest.raises(InputFileError, match="A file or a link stands"):
        folder.folder("file")


def test_a_folder_that_several_make_at_once_is_opened_by_all(tmp_path: Path) -> None:
    """Two sweeps that begin in the same second ended with "File exists"."""
    many, rounds = 8, 40
    together = Barrier(many)

    def open_each() -> int:
        opened = 0
        for number in range(rounds):
            together.wait(timeout=60)
            with OwnFolder.at(tmp_path / str(number) / "state" / "sweeps"):
                opened += 1
        return opened

    with ThreadPoolExecutor(many) as pool:
        assert [one.result() for one in [pool.submit(open_each) for _ in range(many)]] == [rounds] * many


def test_a_write_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    with OwnFolder.at(tmp_path) as folder:
        folder.write("a", b"old")
        (tmp_path / "b").mkdir()
        with pytest.raises(InputFileError):
            folder.write("b", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("data", [b"x", b"interface GigabitEthernet3/12\n" * 9_000])
def test_what_was_packed_is_read_back_and_damage_is_noticed(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zst"
    path.write_bytes(pack(data))
    assert read_bytes(path, limits=ReadLimits(ratio=10**6)) == data
    path.write_bytes(pack(data)[:-2] + b"??")
    with pytest.raises(InputFileError, match="damaged"):
        read_bytes(path)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("xl/workbook.xml", "is a spreadsheet (.xlsx), not text. Save its sheet as CSV and give that file."),
        ("[Content_Types].xml", "is an Office file (.xlsx, .docx), not text. Save its sheet as CSV"),
        ("word/document.xml", "is a Word document (.docx)"),
        ("acc-1/show_version.txt", "is a ZIP archive, not text. Unpack it and give the files in it."),
    ],
)
def test_an_office_file_or_an_archive_is_refused_with_what_to_do(tmp_path: Path, entry: str, words: str) -> None:
    path = tmp_path / "phones.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "<x/>" * 3000)
    with pytest.raises(InputFileError) as error:
        read_bytes(path)
    assert str(error.value).startswith(f"{path}: {words}")


def test_a_spreadsheet_of_libre_office_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "phones.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(InputFileError, match=r"is a spreadsheet \(\.ods\), not text\. Save its sheet as CSV"):
        read_bytes(tmp_path / "phones.ods")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1"), r"is an old Office file \(\.xls\), not text\. Save its sheet as CSV"),
        (bz2.compress(b"x"), "is packed with bzip2"),
        (lzma.compress(b"x"), "is packed with xz"),
        (b"%PDF-1.7\n", "is a PDF"),
        (bytes.fromhex("d4c3b2a1"), "is a packet capture, not text. switchcorr keepalives reads it"),
        (bytes.fromhex("4d3cb2a1"), "is a packet capture"),
        (bytes.fromhex("0a0d0d0a"), "is a packet capture"),
    ],
)
def test_other_files_that_are_no_text_are_named(tmp_path: Path, head: bytes, words: str) -> None:
    (tmp_path / "x").write_bytes(head + bytes(50))
    with pytest.raises(InputFileError, match=words):
        read_bytes(tmp_path / "x")
