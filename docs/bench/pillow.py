"""The photo job with Pillow: pillow.py PHOTO TIMES FOLDER

Decodes PHOTO reduced (draft), scales to a display of 1280 pixels, cuts squares, encodes all as
JPEG of quality 82; TIMES times, of which the last is written into FOLDER.
"""
import io
import os
import sys

from PIL import Image, ImageOps

DISPLAY, SQUARES, QUALITY = 1280, (512, 256, 128, 64), 82


def fit(size):
    """The size of the display: never larger than the photo."""
    long = max(size)
    if long <= DISPLAY:
        return size
    return tuple(max(1, (v * DISPLAY + long // 2) // long) for v in size)


def encode(picture):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def job(photo):
    with Image.open(photo) as picture:
        to = fit(picture.size)
        # The last row of the reduced picture may stand for less than a whole one: hence the box.
        _, box = picture.draft("RGB", to) or (None, None)
        display = picture.convert("RGB").resize(to, Image.LANCZOS, box=box)
        # The orientation stands in the EXIF data, which convert and resize do not hand on.
        display.info["exif"] = picture.info.get("exif", b"")
    display = ImageOps.exif_transpose(display)
    results = {DISPLAY: encode(display)}
    side = min(display.size)
    left, top = (display.width - side) // 2, (display.height - side) // 2
    square = display.crop((left, top, left + side, top + side))
    for side in SQUARES:
        if side < square.width:
            square = square.resize((side, side), Image.LANCZOS)
        results[side] = encode(square)
    return results


def main(photo, times, folder):
    for _ in range(int(times)):
        results = job(photo)
    for side, data in results.items():
        with open(os.path.join(folder, f"{side}.jpg"), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
