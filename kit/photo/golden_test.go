package photo

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"testing"
)

// What Process makes is kept for ever under a key that names the pipeline. So its bytes may
// change only together with Pipeline: raise it, then put the new sums in.
func TestBytesChangeOnlyWithThePipeline(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors may round a weight of a filter differently, which does no harm")
	}
	const pipeline = 1
	if Pipeline != pipeline {
		t.Errorf("these are the sums of pipeline %d, not %d", pipeline, Pipeline)
	}
	crop := Crop{X: 1000, Y: 2000, Side: 5000}
	for name, want := range map[string]string{
		"444.jpg": "fa5dbecc2409", "progressive.jpg": "70086b79f42a", "grey.jpg": "e919d1895e11", "cmyk.jpg": "fc575e3fc84a",
		"interlaced.png": "995fc3a5c6ce", "lossy_alpha.webp": "441b01f938a1", "animated.gif": "b8318481b9ff",
	} {
		h := sha256.New()
		for _, c := range []Crop{{}, crop} {
			out, err := process(testdata(t, name), Options{Crop: c})
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
