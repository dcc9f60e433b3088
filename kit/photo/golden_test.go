package photo

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"testing"

	"superbook/kit/jpeg"
	"superbook/kit/planar"
)

// What Process makes is kept for ever under a key that names the pipeline. So its bytes may
// change only together with Pipeline: raise it, then put the new sums in.
func TestBytesChangeOnlyWithThePipeline(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors may round a weight of a filter differently, which does no harm")
	}
	const pipeline = 2
	if Pipeline != pipeline {
		t.Errorf("these are the sums of pipeline %d, not %d", pipeline, Pipeline)
	}
	crop := Crop{X: 1000, Y: 2000, Side: 5000}
	for name, want := range map[string]string{
		decodedSmaller: "5772a4cac982",
		"444.jpg":      "fa5dbecc2409", "progressive.jpg": "70086b79f42a", "grey.jpg": "e919d1895e11", "cmyk.jpg": "fc575e3fc84a",
		"interlaced.png": "995fc3a5c6ce", "lossy_alpha.webp": "441b01f938a1", "animated.gif": "b8318481b9ff",
	} {
		h := sha256.New()
		var file []byte
		if name == decodedSmaller {
			file = twelveMegapixels(t)
		} else {
			file = testdata(t, name)
		}
		for _, c := range []Crop{{}, crop} {
			out, err := process(file, Options{Crop: c})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range out.Variants {
				h.Write(v.JPEG)
			}
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)[:6]); got != want {
			t.Errorf("%q: %q, not %s: raise Pipeline, then put this in", name, got, want)
		}
	}
}

const decodedSmaller = "of 12 megapixels"

// twelveMegapixels is a picture with detail of all frequencies, too large to be kept as a file.
func twelveMegapixels(t *testing.T) []byte {
	t.Helper()
	m := planar.New420(4032, 3024)
	for i, p := range m.Planes {
		for y := range p.H {
			row := p.Row(y)
			for x := range row {
				row[x] = uint8(96 + (x*x+y*y)>>(12-i)&63)
			}
		}
	}
	file, err := jpeg.Encode(m, 90)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
