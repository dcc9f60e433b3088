package photo

import (
	"bytes"
	"testing"

	"superbook/kit/jpeg"
)

// jpegHeader is what ReadHeader needs of a picture in colour.
func jpegHeader(t *testing.T, w, h int, sampling, sof byte) jpeg.Header {
	t.Helper()
	file := []byte{0xff, soi, 0xff, sof, 0, 17, 8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, sos}
	header, err := jpeg.ReadHeader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return header
}

func TestDecodedNoLargerThanNeeded(t *testing.T) {
	t.Parallel()
	const in420, in422, in444, in411 = 0x22, 0x21, 0x11, 0x41
	for name, c := range map[string]struct {
		w, h     int
		sampling byte
		crop     Crop
		want     jpeg.Eighths
	}{
		"12 megapixels":             {4032, 3024, in420, Crop{}, jpeg.Eighths{Y: 4, C: 3}},
		"upright":                   {3024, 4032, in420, Crop{}, jpeg.Eighths{Y: 4, C: 3}},
		"colour across only":        {4032, 3024, in422, Crop{}, jpeg.Eighths{Y: 4, C: 3}},
		"colour as fine":            {4032, 3024, in444, Crop{}, jpeg.Eighths{Y: 4, C: 2}},
		"colour of a quarter":       {4032, 3024, in411, Crop{}, jpeg.Eighths{Y: 4, C: 4}},
		"16 megapixels":             {4608, 3456, in420, Crop{}, jpeg.Eighths{Y: 3, C: 3}},
		"24 megapixels":             {6000, 4000, in420, Crop{}, jpeg.Eighths{Y: 2, C: 2}},
		"108 megapixels":            {12000, 9000, in420, Crop{}, jpeg.Eighths{Y: 1, C: 1}},
		"8 megapixels":              {3264, 2448, in420, Crop{}, jpeg.Eighths{Y: 4, C: 4}},
		"no pixel to spare":         {2560, 1920, in420, Crop{}, jpeg.Eighths{Y: 4, C: 4}},
		"a pixel too few":           {2559, 1920, in420, Crop{}, jpeg.Eighths{Y: 8, C: 8}},
		"as fine, no pixel to lose": {2559, 1920, in444, Crop{}, jpeg.Eighths{Y: 8, C: 3}},
		"panorama":                  {9000, 1000, in420, Crop{}, jpeg.Eighths{Y: 8, C: 8}},
		"zoom of eight":             {4032, 3024, in420, Crop{Side: minCropSide}, jpeg.Eighths{Y: 8, C: 8}},
		"zoom into too many bytes":  {12000, 9000, in420, Crop{Side: minCropSide}, jpeg.Eighths{Y: 4, C: 4}},
	} {
		h := jpegHeader(t, c.w, c.h, c.sampling, sof0)
		got := eighths(h, c.crop)
		if got != c.want || h.Bytes(got) > mostDecoded {
			t.Errorf("%s: %+v of %d bytes, not %+v", name, got, h.Bytes(got), c.want)
		}
	}
}
