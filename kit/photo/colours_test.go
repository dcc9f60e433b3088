package photo

import (
	"image"
	"image/color"
	"testing"
)

// Pixels of Display P3 that mean 215,93,31 in sRGB come out as that, in every variant and format.
func TestColoursBecomeThoseOfSRGB(t *testing.T) {
	t.Parallel()
	p3 := testdata(t, "p3.icc")
	plain := image.NewNRGBA(image.Rect(0, 0, 700, 600))
	for i := range plain.Pix {
		plain.Pix[i] = [4]uint8{200, 100, 50, 255}[i%4]
	}
	chunk := "P3\x00\x00" + deflated(t, p3)
	jpeg, png, orange := asJPEG(t, plain, 95), asPNG(t, plain), color.RGBA{215, 93, 31, 255}
	for name, c := range map[string]struct {
		file []byte
		crop Crop
		want color.RGBA
	}{
		"JPEG":               {withSegments(jpeg, part(1, 1, p3)), Crop{}, orange},
		"JPEG under zoom":    {withSegments(jpeg, part(1, 1, p3)), Crop{100, 100, 2000}, orange},
		"PNG":                {withChunk(png, "iCCP", chunk), Crop{}, orange},
		"JPEG without":       {jpeg, Crop{}, color.RGBA{200, 100, 50, 255}},
		"PNG that says sRGB": {withChunk(withChunk(png, "iCCP", chunk), "sRGB", "\x00"), Crop{}, color.RGBA{200, 100, 50, 255}},
		"JPEG, damaged":      {withSegments(jpeg, part(1, 1, p3[:200])), Crop{}, color.RGBA{200, 100, 50, 255}},
	} {
		out, err := process(c.file, Options{Crop: c.crop})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, v := range out.Variants {
			m := decoded(t, v)
			t.Logf("%s %s", name, v.Name)
			wantColour(t, m, v.Width/2, v.Height/2, c.want, 4)
		}
	}
}
