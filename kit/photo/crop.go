package photo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Pipeline is the number of the way in which Process makes pictures. It rises with every change
// that changes their bytes, so that old results can be told from new ones; see Key.
const Pipeline = 2

// Whole is a whole side of a picture in the units of Crop.
const Whole = 10_000

// minCropSide is a zoom of eight: less would be a blur.
const minCropSide = Whole / 8

// Crop is the square that the square variants show, in ten-thousandths, so that it holds for the
// picture in any size: X of the width, Y of the height, Side of the shorter side, all of the upright
// picture. The zero value is the largest square in the middle.
type Crop struct{ X, Y, Side int }

// Valid tells whether the crop lies inside a picture of w by h pixels (upright), give or take
// what rounding does, and is not too small. The zero value is valid.
func (c Crop) Valid(w, h int) bool {
	if c == (Crop{}) {
		return true
	}
	const slack = 2
	sx, sy := c.share(w, h)
	return c.X >= 0 && c.Y >= 0 && c.Side >= minCropSide && c.Side <= Whole && c.X+sx <= Whole+slack && c.Y+sy <= Whole+slack
}

// share is the side of the crop as a share of the width and of the height.
func (c Crop) share(w, h int) (x, y int) {
	short := min(w, h)
	return c.Side * short / max(w, 1), c.Side * short / max(h, 1)
}

// Key names the result of Process by all that it depends on: the original (its SHA-256 in hex), the
// crop and the pipeline. Equal keys mean equal bytes, so a result may be cached for ever under its key.
func Key(sha string, c Crop) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d %d", sha, c.X, c.Y, c.Side, Pipeline))
	return hex.EncodeToString(h[:8])
}
