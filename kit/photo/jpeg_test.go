package photo

import (
	"bytes"
	"testing"
)

func TestInspectTellsHowJPEGIsStored(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, c := range map[string]struct {
		file        []byte
		progressive bool
		copied      bool
		samples     int64
	}{
		"baseline":    {asJPEG(t, scene(96, 64), 80), no, no, 96 * 64 * 3 / 2},
		"progressive": {testdata(t, "progressive.jpg"), yes, no, 96 * 64 * 3 / 2},
		"444":         {testdata(t, "444.jpg"), no, no, 96 * 64 * 3},
		"grey":        {testdata(t, "grey.jpg"), no, no, 96 * 64},
		"cmyk":        {testdata(t, "cmyk.jpg"), no, yes, 96 * 64 * 5 / 2},
		"440":         {progressiveJPEG(16, 16, 1, 0x12), yes, no, 16 * 16 * 2},
	} {
		in, err := inspect(c.file, "")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := jpegBytes(c.samples, in.raw.pixels(), c.progressive, c.copied)
		if in.jpeg != (jpegFrame{progressive: c.progressive}) || in.libraryBytes != want {
			t.Errorf("%s: %+v of %+v takes %d bytes, want %d", name, in.jpeg, in.raw, in.libraryBytes, want)
		}
	}
}

// Telephones write more behind the picture: a film of a few seconds, or a second picture that
// says where the first shines brighter. The index of the latter stands in a segment "MPF".
func TestWhatFollowsThePictureIsIgnored(t *testing.T) {
	t.Parallel()
	turned := segment(app1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00")
	picture := withSegments(asJPEG(t, scene(96, 64), 80), segment(app2, "MPF\x00MM\x00*\x00\x00\x00\x08"))
	gainMap := withSegments(testdata(t, "progressive.jpg"), turned, part(1, 1, profileBytes(600)))
	film := append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42\xff\xda\xff\xd8"), bytes.Repeat([]byte{0xff, 0xc0}, 999)...)
	want, err := process(picture, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, more := range map[string][]byte{
		"film": film, "gain map": gainMap, "gain map and film": append(bytes.Clone(gainMap), film...),
		"gain map cut short": gainMap[:200], "zeros": make([]byte, 4096),
	} {
		file := append(bytes.Clone(picture), more...)
		in, err := inspect(file, "image/jpeg")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if in.end != int64(len(picture)) || in.jpeg.progressive || in.Orientation != 1 || in.profile != nil {
			t.Errorf("%s: %+v, want the first %d bytes only", name, in, len(picture))
		}
		got, err := process(file, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, v := range got.Variants {
			if !bytes.Equal(v.JPEG, want.Variants[i].JPEG) {
				t.Errorf("%s: %s differs from that of the picture alone", name, v.Name)
			}
		}
	}
}
