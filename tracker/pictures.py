"""A photo without what it says beside the picture: it is decoded, turned upright, and encoded anew.

Nothing but the pixels is taken over: no place, device, date, comment, preview, colour profile or text. What may be a
trap is refused before it is unpacked: only photos are read, of one picture, of so many pixels.
"""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct

from tracker.errors import N_, InputError

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""What is read; a JPEG with more pictures behind the first is an MPO."""
_BESIDE_THE_FIRST = {"MPO": 8, "HEIF": 8}
"""Formats in which phones put a second picture beside the photo: a preview, the depth. Elsewhere one is all."""
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr")
_QUALITY = 92
_LONGEST_SIDE = 65_500
"""Pixels of a side that a JPEG can have."""
_DETAILS, _TAKEN = 0x8769, 0x9003
"""Where EXIF keeps when the photo was taken."""
_MILLION = 1_000_000


class Picture(Struct, frozen=True):
    """A photo as it is kept: the octets of a JPEG, and the day that the original said it was taken on."""

    octets: bytes
    taken: date | None


def require_library() -> None:
    """Raise InputError where the extra is not installed."""
    if find_spec("PIL") is None or find_spec("pillow_heif") is None:
        raise InputError(
            N_("the libraries for photos are not installed"), N_("install them with: {command}"),
            command="pip install 'isotretinoin-tracker[photos]'",
        )  # fmt: skip


def cleaned(octets: bytes, name: str) -> Picture:
    """The photo without all that it says beside the picture; raise InputError for what is none. ``name`` is said."""
    require_library()
    from PIL import Image, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(octets), formats=_FORMATS) as found:
                _check(found, name)
                taken = _taken(found)
                return Picture(_encoded(found), taken)
        except InputError:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise InputError(N_("{file}: more than {most} million pixels; nothing was saved"), file=name,
                             most=(Image.MAX_IMAGE_PIXELS or 0) // _MILLION) from None  # fmt: skip
        except UnidentifiedImageError:
            raise _no_photo(name) from None
        except Exception:  # noqa: BLE001 - whatever a decoder stumbles over, the file cannot be read
            raise InputError(N_("{file}: the photo is damaged or cut off; nothing was saved"), file=name) from None


def _no_photo(name: str) -> InputError:
    return InputError(N_("{file}: no photo that can be read (JPEG, HEIC, PNG or WebP); nothing was saved"), file=name)


def _check(found: Image.Image, name: str) -> None:
    if getattr(found, "n_frames", 1) > _BESIDE_THE_FIRST.get(found.format or "", 1):
        raise InputError(N_("{file}: several pictures in one file; nothing was saved"), file=name)
    if found.mode not in _MODES or max(found.size) > _LONGEST_SIDE:
        raise _no_photo(name)


def _taken(found: Image.Image) -> date | None:
    """The day that the photo says it was taken on."""
    try:
        said = found.getexif().get_ifd(_DETAILS).get(_TAKEN)
        return datetime.strptime(str(said)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a day as the camera shows it
    except Exception:  # noqa: BLE001 - whatever stands there in its place
        return None


def _encoded(found: Image.Image) -> bytes:
    """The pixels alone, upright, in the colours that every screen shows."""
    from PIL import Image, ImageOps

    found.load()
    picture = _in_usual_colours(ImageOps.exif_transpose(found))
    bare = Image.new("RGB", picture.size, "white")
    if picture.mode == "RGB":
        bare.paste(picture)
    else:
        with_holes = picture.convert("RGBA")
        bare.paste(with_holes, mask=with_holes.getchannel("A"))
    kept = io.BytesIO()
    bare.save(kept, "JPEG", quality=_QUALITY, subsampling=0)
    return kept.getvalue()


def _in_usual_colours(picture: Image.Image) -> Image.Image:
    """The picture in sRGB: the profile of a device is not kept, and redness is to look the same without it."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture.convert("RGB") if picture.mode == "CMYK" else picture
    try:
        of_the_device = ImageCms.getOpenProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, of_the_device, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        turned = None
    return turned if turned is not None else picture.convert("RGB")
