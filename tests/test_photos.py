"""Photos are kept without what they say of place and device, and nothing is kept of what is no photo."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import stat
import struct
import sys
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from tests.screens import faults as screen_faults
from tests.support import LONG, Machine, begun_in, faults, image, say, settle
from tests.test_durability import Moments, _refuse, cut_off_at, needs_kill
from tracker import album, pictures
from tracker.cli import base
from tracker.errors import InputError
from tracker.facts.photos import Photo
from tracker.readings.photos import by_area, first_and_last, one_after_the_other

ROOT = Path(__file__).parent.parent
START = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp")
posix = pytest.mark.skipif(os.name == "nt", reason="there are no such files or bits")
SECRET = (
    b"Secret",
    b"GPS",
    b"Exif",
    b"http://ns.adobe.com",
    b"xmp",
    b"ICC_PROFILE",
    b"iCCP",
    b"tEXt",
    b"iTXt",
    b"2026",
)
"""What must not be in a copy: each stands in the photos that are made here, as far as their format has it."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with a course and photos of every format."""
    return begun_in(tmp_path, monkeypatch)


def _picture(size: tuple[int, int] = (48, 32)) -> Image.Image:
    """Its upper left quarter is red."""
    found = Image.new("RGB", size, "white")
    ImageDraw.Draw(found).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill=(220, 20, 20))
    return found


def _exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x010F], found[0x0110], found[0x0112], found[0x013B] = "SecretMake", "SecretModel", orientation, "SecretName"
    details, place = found.get_ifd(0x8769), found.get_ifd(0x8825)
    details[0x9003], details[0x9286] = "2026:11:20 23:30:00", b"ASCII\0\0\0SecretComment"
    place[1], place[2], place[3], place[4] = "N", (35.0, 39.0, 31.0), "E", (139.0, 44.0, 0.0)
    return found


_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">http://ns.adobe.com/xap Secret</x:xmpmeta>'


def photo_of(form: str, orientation: int = 1, **more: Any) -> bytes:
    """A photo with all that a phone writes beside the picture."""
    kept = io.BytesIO()
    beside: dict[str, Any] = {"exif": _exif(orientation)}
    if form in ("JPEG", "WEBP"):
        beside["xmp"] = _XMP
    if form in ("JPEG", "WEBP", "PNG"):
        beside["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if form == "JPEG":
        beside["comment"] = b"SecretComment"
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "SecretText")
        texts.add_itxt("XML:com.adobe.xmp", "Secret", zip=True)
        beside["pnginfo"] = texts
    made = _picture()
    if form == "HEIF":
        pillow_heif.register_heif_opener()
        made.info["exif"] = beside.pop("exif").tobytes()  # by this the container says how it is turned
    made.save(kept, form, **beside | more)
    return kept.getvalue()


def _write(machine: Machine, name: str, octets: bytes) -> Path:
    path = machine.folder / name
    path.write_bytes(octets)
    return path


def _copies(machine: Machine) -> list[Path]:
    folder = album.folder_of(machine.db)
    return sorted(folder.iterdir()) if folder.exists() else []


def _shown(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(say("photos", *words, "--json").out)
    schema = json.loads((ROOT / "schemas" / "photos.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


FORMS = {"a.jpg": "JPEG", "b.png": "PNG", "c.webp": "WEBP", "d.heic": "HEIF"}


@pytest.mark.parametrize("name", FORMS)
def test_the_copy_has_nothing_but_the_picture_and_the_original_is_untouched(machine: Machine, name: str) -> None:
    octets = photo_of(FORMS[name])
    assert [sign for sign in SECRET if sign in octets] != []
    file = _write(machine, name, octets)
    before = file.stat()
    logged = say("log", "photo", name, "--area", "left", "cheek")
    assert logged.code == 0, logged
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_mode) == (
        octets, before.st_mtime_ns, before.st_mode,
    )  # fmt: skip
    (copy,) = _copies(machine)
    kept = copy.read_bytes()
    assert [sign for sign in SECRET if sign in kept] == []
    assert [marker for marker, _ in _segments(kept) if marker in range(0xE1, 0xF0) or marker == 0xFE] == []
    with Image.open(copy) as found:
        assert (found.size, dict(found.getexif()), set(found.info)) == (
            (48, 32), {}, {"jfif", "jfif_version", "jfif_unit", "jfif_density"},
        )  # fmt: skip
        red, green, blue = found.convert("RGB").getpixel((8, 8))  # type: ignore[misc]
        assert (red > 190, green < 60, blue < 60) == (True, True, True)
    assert "left" not in copy.name
    assert re.fullmatch(r"[0-9a-f]{16}\.jpg", copy.name)


def _segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """The segments of a JPEG before its pixels: application data and comments are among them."""
    found, at = [], 2
    while jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        length = struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        found.append((jpeg[at + 1], jpeg[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


@pytest.mark.parametrize(("orientation", "corner"), [
    (1, (8, 8)), (2, (40, 8)), (3, (40, 24)), (4, (8, 24)), (5, (8, 8)), (6, (24, 8)), (7, (24, 40)), (8, (8, 40)),
])  # fmt: skip
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_stands_upright_before_what_turns_it_is_removed(
    form: str, orientation: int, corner: tuple[int, int]
) -> None:
    picture = pictures.cleaned(photo_of(form, orientation), "a")
    with Image.open(io.BytesIO(picture.octets)) as found:
        assert found.size == ((48, 32) if orientation < 5 else (32, 48))
        assert found.convert("RGB").getpixel(corner)[1] < 80  # type: ignore[index]


def test_holes_are_white_and_the_colours_of_other_modes_are_kept() -> None:
    for mode in ("RGBA", "LA", "P", "L", "1", "CMYK"):
        kept = io.BytesIO()
        made = _picture().convert(mode)
        if mode == "RGBA":
            made.putalpha(0)
        made.save(kept, "JPEG" if mode == "CMYK" else "PNG")
        with Image.open(io.BytesIO(pictures.cleaned(kept.getvalue(), "a").octets)) as found:
            assert (found.mode, found.size) == ("RGB", (48, 32))
            assert found.getpixel((40, 24)) == (255, 255, 255), mode


def test_a_profile_of_a_device_that_is_damaged_does_not_hinder() -> None:
    kept = io.BytesIO()
    _picture().save(kept, "JPEG", icc_profile=b"SecretProfile" * 9)
    assert b"Secret" not in pictures.cleaned(kept.getvalue(), "a").octets


@posix
def test_folder_and_files_are_for_their_owner_alone(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    before = os.umask(0)
    try:
        assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    finally:
        os.umask(before)
    folder = album.folder_of(machine.db)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, *_copies(machine))] == [0o700, 0o600]
    folder.chmod(0o755)
    _write(machine, "b.png", photo_of("PNG"))
    assert say("log", "photo", "b.png", "--area", "chin").code == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def _cut(form: str, part: float) -> Callable[[], bytes]:
    return lambda: photo_of(form)[: int(len(photo_of(form)) * part)]


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = [(b"IDAT", zlib.compress(bytes(1000)))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in ((b"IHDR", head), *chunks, *body, (b"IEND", b"")))


def _many(form: str, count: int = 40) -> bytes:
    kept = io.BytesIO()
    shades = [Image.new("RGB", (16, 16), (step * 5, 0, 0)) for step in range(count)]
    shades[0].save(kept, form, save_all=True, append_images=shades[1:])
    return kept.getvalue()


def _saved(form: str, mode: str = "RGB") -> bytes:
    kept = io.BytesIO()
    _picture().convert(mode).save(kept, form)
    return kept.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a text": lambda: b"this is no photo\n" * 100,
    "nothing": lambda: b"",
    "a script": lambda: b"#!/bin/sh\nrm -rf ~\n",
    "zeros": lambda: bytes(10_000),
    "the head of a jpeg alone": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a page": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>",
    "an archive": lambda: b"PK\x03\x04" + bytes(200),
    "a jpeg cut off": _cut("JPEG", 0.9),
    "a jpeg cut off in its head": _cut("JPEG", 0.3),
    "a png cut off": _cut("PNG", 0.9),
    "a webp cut off": _cut("WEBP", 0.6),
    "a heic cut off": _cut("HEIF", 0.5),
    "a heic of which the head is left": lambda: photo_of("HEIF")[:40],
    "a bomb of pixels": lambda: _png(60_000, 60_000),
    "a bomb of width": lambda: _png(2**31 - 1, 1),
    "a bomb of text": lambda: _png(8, 8, (b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20)))),
    "a bomb of profile": lambda: _png(8, 8, (b"iCCP", b"a\0\0" + zlib.compress(bytes(200 << 20)))),
    "a film": lambda: _many("WEBP"),
    "a film as png": lambda: _many("PNG"),
    "a film as gif": lambda: _many("GIF"),
    "many pages": lambda: _many("TIFF"),
    "too many pictures behind a jpeg": lambda: _many("MPO"),
    "a bitmap": lambda: _saved("BMP"),
    "grey of sixteen bits": lambda: _saved("PNG", "I;16"),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_is_no_photo_or_a_trap_is_refused_in_one_line_and_nothing_is_kept(
    machine: Machine, kind: str, lang: str
) -> None:
    _write(machine, "a.jpg", HOSTILE[kind]())
    refused = say("--lang", lang, "log", "photo", "a.jpg", "--area", "chin")
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert "a.jpg" in refused.err
    assert "isotrack (" not in refused.err
    assert _copies(machine) == []
    assert _shown()["photos"] == []


@posix
@pytest.mark.parametrize(
    "kind", ["a folder", "a pipe", "a link", "a link to nothing", "a device", "nothing", "too large"]
)
def test_what_is_no_file_of_its_own_is_refused_and_nobody_waits_for_it(machine: Machine, kind: str) -> None:
    path = machine.folder / "a.jpg"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a link":
        path.symlink_to(_write(machine, "b.jpg", photo_of("JPEG")))
    elif kind == "a link to nothing":
        path.symlink_to(machine.folder / "missing")
    elif kind == "too large":
        with path.open("wb") as file:
            file.write(photo_of("JPEG"))
            file.truncate(album.LARGEST + 1)
    named = "/dev/zero" if kind == "a device" else "a.jpg"
    refused = say("log", "photo", named, "--area", "chin")
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert _copies(machine) == []


def test_a_phone_that_puts_a_second_picture_behind_the_first_is_understood(machine: Machine) -> None:
    _write(machine, "a.jpg", _many("MPO", 2))
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0


@posix
@pytest.mark.parametrize("what", ["link", "file"])
def test_nothing_is_written_where_the_folder_is_none_of_ours(machine: Machine, what: str) -> None:
    elsewhere = machine.folder / "elsewhere"
    elsewhere.mkdir()
    folder = album.folder_of(machine.db)
    if what == "link":
        folder.symlink_to(elsewhere)
    else:
        folder.write_text("mine")
    _write(machine, "a.jpg", photo_of("JPEG"))
    refused = say("log", "photo", "a.jpg", "--area", "chin")
    assert (refused.code, len(refused.complaint), list(elsewhere.iterdir())) == (1, 1, [])
    assert faults(machine.db) == []
    assert _shown()["photos"] == []


@posix
def test_a_link_in_the_place_of_a_copy_is_not_followed(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    (copy,) = _copies(machine)
    other = _write(machine, "other", b"mine")
    copy.unlink()
    copy.symlink_to(other)
    assert [one["missing"] for one in _shown()["photos"]] == [True]
    assert "missing" in say("photos").out
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    assert (other.read_bytes(), copy.is_symlink()) == (b"mine", False)
    assert [(one["missing"], one["on"]) for one in _shown()["photos"]] == [(False, "2026-11-24")]


def test_without_the_libraries_one_line_says_what_to_install(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    monkeypatch.setattr(pictures, "find_spec", lambda _name: None)
    refused = say("log", "photo", "a.jpg", "--area", "chin")
    assert (refused.code, len(refused.complaint)) == (2, 1)
    assert "pip install 'isotretinoin-tracker[photos]'" in refused.err
    assert say("photos").code == 0


def test_no_command_but_this_one_imports_the_libraries(machine: Machine) -> None:
    script = (
        "import sys; from tracker.cli.main import run\n"
        "for line in (['log', 'dose'], ['photos'], ['log', '--help'], ['skin']): run(line)\n"
        "sys.exit([name for name in ('PIL', 'pillow_heif') if name in sys.modules])"
    )
    with machine.begin("-c", script) as process:
        _out, err = process.communicate()
    assert err == "[]\n"


def _answering(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    stream = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(sys, "stdin", stream)
    monkeypatch.setattr(base, "is_asked", lambda: True)


DAYS = [
    (("--on", "2026-11-22"), None, "2026-11-22", ""),
    ((), None, "2026-11-24", "the photo itself says Fri 20 Nov 2026"),
    ((), "y", "2026-11-20", "The day is the one that the photo itself says."),
    ((), "", "2026-11-20", "The day is the one that the photo itself says."),
    ((), "n", "2026-11-24", "The day is today. To say another: isotrack fix 4 --on"),
]
"""What is said of the day, what is answered, the day that is recorded, and what is said of it."""


@pytest.mark.parametrize(("said", "answer", "day", "remark"), DAYS)
def test_the_day_is_said_or_offered_or_today_and_the_line_says_which(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, said: tuple[str, ...], answer: str | None, day: str, remark: str
) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    if answer is not None:
        _answering(monkeypatch, answer)
    logged = say("log", "photo", "a.jpg", "--area", "chin", *said)
    assert (logged.code, remark in logged.out) == (0, True), logged
    assert [one["on"] for one in _shown()["photos"]] == [day]


@pytest.mark.parametrize("taken", ["2031:01:01 10:00:00", "0000:00:00 00:00:00", "yesterday", "", "2026:13:45 1:1:1"])
def test_a_date_of_a_photo_that_cannot_be_is_not_offered(machine: Machine, taken: str) -> None:
    exif = _exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    _write(machine, "a.jpg", photo_of("JPEG", exif=exif))
    logged = say("log", "photo", "a.jpg", "--area", "chin")
    assert (logged.code, "itself" in logged.out) == (0, False), logged


def test_the_same_file_is_there_already_and_for_another_area_it_is_another_photo(machine: Machine) -> None:
    file = _write(machine, "a.jpg", photo_of("JPEG"))
    shutil.copy(file, machine.folder / "renamed.jpg")
    assert say("log", "photo", "a.jpg", "--area", "left-cheek").code == 0
    again = say("log", "写真", "renamed.jpg", "--area", "左頬", "--on", "yesterday")
    assert "Already there" in again.out
    assert "isotrack fix 4 --on 2026-11-23" in again.out
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    assert (len(_copies(machine)), len(_shown()["photos"]), len(_shown("chin")["photos"])) == (1, 2, 1)


def test_an_entry_is_corrected_removed_and_taken_back_and_its_file_stays(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    (copy,) = _copies(machine)
    assert say("fix", "4", "--area", "額", "--on", "2026-11-20").code == 0
    assert [(one["area"], one["on"], one["missing"]) for one in _shown()["photos"]] == [
        ("forehead", "2026-11-20", False)
    ]
    assert say("fix", "5", "--area", "foot").code == 2
    assert "写真（額）" in say("--lang", "ja", "history").out
    assert say("fix", "5", "--remove").code == 0
    assert (_shown()["photos"], copy.exists()) == ([], True)
    assert "isotrack photos --clean" in say("photos").out
    assert say("undo").code == 0
    assert [one["missing"] for one in _shown()["photos"]] == [False]
    assert "--clean" not in say("photos").out
    assert "There is no file" in say("photos", "--clean", "--yes").out
    assert _copies(machine) == [copy]


def test_what_a_copy_of_the_database_needs_is_not_offered_to_be_cleaned_away(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    assert say("backup", "before.db").code == 0
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    assert say("restore", "before.db", "--yes").code == 0
    for lang, needed in (
        ("en", "which need them when they are put back"),
        ("ja", "バックアップだけに記録が残っている"),
    ):
        said = say("photos", "--lang", lang)
        assert (needed in said.out, "--clean" in said.out) == (True, False)
        asked = say("photos", "--clean", "--lang", lang)
        assert (asked.code, "isotrack restore" in asked.out, len(_copies(machine))) == (2, True, 1)
    [copy] = (machine.folder / "isotrack.db.backups").glob("replaced-*.db")
    assert say("restore", copy.stem, "--yes").code == 0
    assert [one["missing"] for one in _shown()["photos"]] == [False]


@pytest.mark.parametrize("how", ["removed by hand", "cleaned away"])
@pytest.mark.parametrize("since", ["the same course", "a new course"])
def test_a_file_that_is_missing_is_put_back_by_logging_the_photo_again_however_late(
    machine: Machine, how: str, since: str
) -> None:
    file = _write(machine, "a.jpg", photo_of("JPEG"))
    assert say("log", "photo", "a.jpg", "--area", "chin", "--note", "first").code == 0
    (copy,) = _copies(machine)
    if how == "cleaned away":
        assert say("undo").code == 0
        assert say("photos", "--clean", "--yes").code == 0
        assert say("redo").code == 0
    else:
        copy.unlink()
    later = ("--today", "2028-03-01")
    assert say("--today", "2027-05-01", "stop", "2027-04-30").code == 0
    if since == "a new course":
        assert say("--today", "2028-02-01", "start", "2028-02-02", "--weight", "54", "--dose", "20").code == 0
    shown = say(*later, "photos")
    assert "by logging the same photo again" in " ".join(shown.out.split())
    for on in ((), ("--on", "2026-11-24")):
        copy.unlink(missing_ok=True)
        restored = say(*later, "log", "photo", str(file), "--area", "chin", *on)
        assert (restored.code, "is in its place again" in " ".join(restored.out.split())) == (0, True), restored
        found = json.loads(say(*later, "photos", "--json").out)["photos"]
        assert [(one["on"], one["area"], one["note"], one["missing"]) for one in found] == [
            ("2026-11-24", "chin", "first", False)
        ]
    assert "by logging the same photo again" not in " ".join(say(*later, "photos").out.split())


def test_a_photo_after_the_course_is_of_no_day_of_it(machine: Machine) -> None:
    for number, on in enumerate(["2026-11-23", "2026-11-24", "2027-04-30", "2027-05-01", "2027-08-08"]):
        exif = _exif()
        exif[0x010E] = f"photo {number}"
        _write(machine, "a.jpg", photo_of("JPEG", exif=exif))
        assert say("--today", "2027-08-08", "log", "photo", "a.jpg", "--area", "chin", "--on", on).code == 0
    assert say("--today", "2027-08-08", "stop", "2027-04-30").code == 0
    found = json.loads(say("--today", "2027-08-08", "photos", "--json").out)["photos"]
    assert [(one["day_of_course"], one["days_after_course"]) for one in found] == [
        (None, None), (1, None), (158, None), (None, 1), (None, 100),
    ]  # fmt: skip
    shown = say("--today", "2027-08-08", "photos").out
    assert ("1 day after it" in shown, "100 days after it" in shown) == (True, True)
    assert "終了後100日" in say("--today", "2027-08-08", "--lang", "ja", "photos").out


def test_a_file_that_no_entry_names_goes_only_after_a_question(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, form in (("a.jpg", "JPEG"), ("b.png", "PNG")):
        _write(machine, name, photo_of(form))
        assert say("log", "photo", name, "--area", "chin").code == 0
    folder = album.folder_of(machine.db)
    (folder / "mine.jpg").write_bytes(b"mine")
    assert say("undo").code == 0
    refused = say("photos", "--clean")
    assert (refused.code, len(refused.complaint), len(_copies(machine))) == (2, 1, 3)
    _answering(monkeypatch, "n")
    assert (say("photos", "--clean").code, len(_copies(machine))) == (2, 3)
    monkeypatch.undo()
    settle(machine, monkeypatch)
    assert say("photos", "--clean", "--yes").code == 0
    assert [one["missing"] for one in _shown()["photos"]] == [False]
    assert (len(_copies(machine)), (folder / "mine.jpg").exists()) == (2, True)
    assert say("redo").code == 0
    assert sorted(one["missing"] for one in _shown()["photos"]) == [False, True]


def test_with_a_patient_go_the_photos_that_are_nobody_elses(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say(*START, "--patient", "Yuki").code == 0
    for name, form in (("a.jpg", "JPEG"), ("b.png", "PNG")):
        _write(machine, name, photo_of(form))
        assert say("log", "photo", name, "--area", "chin", "--patient", "Yuki").code == 0
    assert say("log", "photo", "a.jpg", "--area", "chin", "--patient", "me").code == 0
    assert say("undo", "--patient", "Yuki").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("Yuki\n"))
    deleted = say("patients", "delete", "Yuki")
    assert (deleted.code, "1 file of photos" in deleted.out) == (0, True), deleted
    assert [one["missing"] for one in _shown()["photos"]] == [False]
    assert len(_copies(machine)) == 1


def test_a_dry_run_keeps_and_removes_no_file(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    rehearsed = say("log", "photo", "a.jpg", "--area", "chin", "--dry-run")
    assert (rehearsed.code, "The copy" in rehearsed.out, _copies(machine)) == (0, False, [])
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    assert say("undo").code == 0
    assert say("photos", "--clean", "--yes", "--dry-run").code == 0
    assert len(_copies(machine)) == 1


def test_no_calendar_says_anything_of_a_photo(machine: Machine) -> None:
    assert say("calendar", "export", "-o", "a.ics", "--titles", "full").code == 0
    before = (machine.folder / "a.ics").read_bytes()
    _write(machine, "a.jpg", photo_of("JPEG"))
    logged = say("log", "photo", "a.jpg", "--area", "chin", "--note", "private")
    assert "Calendar" not in logged.out
    assert say("calendar", "export", "-o", "a.ics", "--titles", "full").code == 0
    assert (machine.folder / "a.ics").read_bytes() == before


@pytest.mark.long
@pytest.mark.slow
@needs_kill
def test_a_command_that_is_killed_at_any_moment_leaves_an_entry_with_its_file_or_none(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    state = image(machine.folder)
    moment = halves = 0
    while cut_off_at(moment, "log", "photo", "a.jpg", "--area", "chin"):
        found = _shown()["photos"]
        assert [one["missing"] for one in found] in ([], [False]), moment
        assert faults(machine.db) == []
        halves += any(path.name.startswith(".") for path in _copies(machine))
        assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
        assert [one["missing"] for one in _shown()["photos"]] == [False], moment
        assert [path.name for path in _copies(machine)] == [Path(_shown()["photos"][0]["file"]).name], moment
        shutil.rmtree(album.folder_of(machine.db))
        for path in machine.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, octets in state.items():
            (machine.folder / name).write_bytes(octets)
        moment += 1 if LONG else 3
    assert moment >= 10
    assert halves >= 1


def test_where_the_disk_refuses_nothing_is_left_and_one_line_says_so(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    for moment in range(100):
        moments = Moments(moment, _refuse)
        with moments.watched():
            said = say("log", "photo", "a.jpg", "--area", "chin")
        if len(moments.seen) <= moment:
            break
        if said.code == 0:
            assert say("undo").code == 0
            continue
        assert (said.out, len(said.complaint)) == ("", 1), (moment, said)
        assert (_shown()["photos"], faults(machine.db)) == ([], []), moment
    assert moment >= 10


def test_what_a_killed_command_left_aside_is_cleared_and_nothing_else(machine: Machine) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    folder = album.folder_of(machine.db)
    folder.mkdir(mode=0o700)
    ours, others = f".{'0' * 16}.jpg.abcdefgh", (f"{'0' * 16}.jpg", ".hidden", f".{'0' * 16}.jpg.abc", "mine.txt")
    for name in (ours, *others):
        (folder / name).write_bytes(b"x")
    assert say("log", "photo", "a.jpg", "--area", "chin").code == 0
    names = {path.name for path in _copies(machine)}
    assert (ours in names, set(others) <= names) == (False, True)


def _photo(number: int, area: str, day: int) -> Photo:
    return Photo(id=number, on=date(2026, 12, day), area=area, file="", sha256="", source="")


def test_photos_are_paired_by_area_and_day() -> None:
    days = [(4, "chin", 9), (1, "chin", 1), (2, "nose", 1), (3, "chin", 5), (5, "chin", 5), (6, "nose", 1)]
    kept = [_photo(*one) for one in days]
    assert {area: [one.id for one in row] for area, row in by_area(kept).items()} == {
        "chin": [1, 3, 5, 4],
        "nose": [2, 6],
    }
    assert [(one.area, one.before.id, one.after.id) for one in first_and_last(kept)] == [("chin", 1, 4)]
    assert [(one.before.id, one.after.id) for one in one_after_the_other(kept)] == [(1, 5), (5, 4)]


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_list_is_readable_on_every_screen(
    machine: Machine, columns: int, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(machine, "a.jpg", photo_of("JPEG"))
    assert say("log", "photo", "a.jpg", "--area", "left-cheek", "--note", "before").code == 0
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = say("--lang", lang, "photos")
    paths = [line for line in shown.out.splitlines() if str(machine.folder) in line]
    assert (shown.code, shown.err) == (0, "")
    assert screen_faults("\n".join(line for line in shown.out.splitlines() if line not in paths), columns) == []


def test_a_name_that_is_said_is_the_one_that_was_typed() -> None:
    with pytest.raises(InputError) as refused:
        pictures.cleaned(b"no photo", "holiday.jpg")
    assert "holiday.jpg" in str(refused.value)
