package views_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

// progressive is a JPEG of w × h whose many scans hold one zero bit a block:
// little to send, and much to decode.
func progressive(w, h, scans int) []byte {
	b := bytes.Join([][]byte{{0xff, 0xd8},
		sitetest.Segment(0xdb, "\x00"+string(bytes.Repeat([]byte{1}, 64))),
		sitetest.Segment(0xc2, string([]byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 1, 1, 0x11, 0})),
		sitetest.Segment(0xc4, "\x00\x01"+string(make([]byte, 15))+"\x00")}, nil)
	data := make([]byte, (w+7)/8*((h+7)/8)/8+1)
	for range scans {
		b = append(append(b, sitetest.Segment(0xda, "\x01\x01\x00\x00\x00\x00")...), data...)
	}
	return append(b, 0xff, 0xd9)
}

// pngBomb is a grey PNG of 7000 × 7000 whose data inflates to far more than
// that.
func pngBomb(t *testing.T) []byte {
	t.Helper()
	var data bytes.Buffer
	w := zlib.NewWriter(&data)
	for range 200 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	file := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		name string
		body []byte
	}{{"IHDR", []byte("\x00\x00\x1b\x58\x00\x00\x1b\x58\x08\x00\x00\x00\x00")}, {"IDAT", data.Bytes()}, {"IEND", nil}} {
		chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(c.body))), c.name...)
		chunk = append(chunk, c.body...)
		file = append(file, binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))...)
	}
	return file
}

// TestHostilePhotosDoNotHoldUpGoodOnes submits what is slow to decode, and
// behind it a good photo of another member.
func TestHostilePhotosDoNotHoldUpGoodOnes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, func(set *site.Settings) { set.MediaWorkers = 1 })
	bad, good := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	frame := sitetest.GIF(t, sitetest.Picture(16, 16, 1))
	cut := bytes.LastIndexByte(frame, 0x21) // the frame with its delay; before it the header, behind it the end
	frames := append(bytes.Clone(frame[:cut]), bytes.Repeat(frame[cut:len(frame)-1], 10_000)...)

	bad.Submit(progressive(3000, 2000, 1000), nil).Is(422).Shows("built in an unusual way")
	slow := []int64{
		bad.Submit(progressive(3000, 2000, 64), nil).Is(303).PhotoID(),
		bad.Submit(pngBomb(t), nil).Is(303).PhotoID(),
		bad.Submit(append(frames, ';'), nil).Is(303).PhotoID(),
	}
	id := good.Submit(sitetest.JPEG(t, sitetest.Picture(800, 600, 1)), nil).Is(303).PhotoID()
	began := time.Now()
	s.Work()
	s.Settle()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("the good photo had to wait %v", took)
	}
	if p := s.Photo(id); p.State != models.Ready {
		t.Errorf("the good photo is %s: %s", p.State, p.Failure)
	}
	for i, want := range []models.State{models.Ready, models.Failed, models.Ready} {
		if p := s.Photo(slow[i]); p.State != want {
			t.Errorf("slow photo %d is %s %s, want %s", i, p.State, p.Failure, want)
		}
	}
}

// TestRefusedInTheJob submits what only decoding can find out.
func TestRefusedInTheJob(t *testing.T) {
	t.Parallel()
	whole := sitetest.PNG(t, sitetest.Picture(90, 60, 1))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-20] ^= 0xff // in the data, whose check sum is now wrong
	entropy := sitetest.JPEG(t, sitetest.Picture(400, 300, 1))
	scan := bytes.Index(entropy, []byte{0xff, 0xda})
	copy(entropy[scan+40:], bytes.Repeat([]byte{0xff, 0x00}, 40))
	for name, file := range map[string][]byte{
		"a PNG with a wrong check sum":      flipped,
		"a PNG whose data is none":          hostilePhoto(t, "garbage-data.png"),
		"a JPEG with impossible sampling":   hostilePhoto(t, "bad-sampling.jpg"),
		"a JPEG whose entropy data is none": entropy,
		"a GIF without colours":             hostilePhoto(t, "no-colours.gif"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			s.Work()
			hero := s.Hero("nightheron")
			b := s.As(t, hero)
			old := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(80, 60, 7)))
			id := b.Submit(file, nil).Is(303).PhotoID()
			s.Settle()
			p := readPhoto(t, b, id)
			if p.State != "failed" || len(p.Error) < 20 || strings.Contains(p.Error, "our side") || len(p.Variants) > 0 {
				t.Errorf("the photo is %+v", p)
			}
			b.Get("photo", id).Is(200).Shows("This photo did not work out", p.Error)
			b.Get("me.photos").Is(200).Shows(p.Error)
			if s.Chosen(hero) != old.ID {
				t.Error("the profile photo is not the old one")
			}
		})
	}
}
