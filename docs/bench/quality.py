"""How near a display is to what it should be.

The reference is the photo decoded at full size and scaled with Lanczos (three lobes) by Pillow
in floating point, each channel of R, G and B as a picture of mode "F": nothing is rounded on the
way, and no filter is approximated, which libvips does even in its floats (it keeps masks for 64
places between two pixels). Like all the tools it scales the samples as they are stored, not
linear light. It is clipped to 0 to 255 at the end, as eight bits would.
"""
import math

from PIL import Image, ImageMath, ImageOps

# Pillow 10.3 gave it another name, and a later one dropped the old.
calculate = getattr(ImageMath, "unsafe_eval", None) or ImageMath.eval


class Reference:
    def __init__(self, photo):
        with Image.open(photo) as picture:
            self.size = picture.size
            self.channels = ImageOps.exif_transpose(picture).convert("RGB").split()
        self.scaled = None

    def scale(self, size):
        """Scales once: the tools agree about the size of the display, or nearly."""
        if self.scaled is None or self.scaled[0].size != size:
            floats = (c.convert("F").resize(size, Image.LANCZOS) for c in self.channels)
            self.scaled = [calculate("min(max(c, 0), 255)", c=c) for c in floats]
        return self.scaled

    def psnr(self, display):
        """The peak signal-to-noise ratio of a JPEG, over R, G and B, in dB."""
        with Image.open(display) as picture:
            got = picture.convert("RGB")
        error = sum(mean_square(g.convert("F"), w) for g, w in zip(got.split(), self.scale(got.size))) / 3
        return 10 * math.log10(255 ** 2 / error) if error else math.inf


def mean_square(a, b):
    # Without numpy: a picture averaged to one pixel is its mean.
    return calculate("(a - b) * (a - b)", a=a, b=b).resize((1, 1), Image.BOX).getpixel((0, 0))
