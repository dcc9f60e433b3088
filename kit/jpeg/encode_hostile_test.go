package jpeg

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"superbook/kit/planar"
)

func TestEncodeExtremes(t *testing.T) {
	t.Parallel()
	paints := map[string]func(plane, x, y int) uint8{
		"checkerboard": func(p, x, y int) uint8 { return uint8(255 * ((x + y + p) & 1)) },
		"columns":      func(_, x, _ int) uint8 { return uint8(255 * (x & 1)) },
		"rows":         func(_, _, y int) uint8 { return uint8(255 * (y & 1)) },
		"blocks":       func(p, x, y int) uint8 { return uint8(255 * ((x/8 + y/8 + p) & 1)) },
		"half blocks":  func(_, x, y int) uint8 { return uint8(255 * ((x/4 + y/4) & 1)) },
		"cosine 7,7": func(_, x, y int) uint8 {
			c := math.Cos(float64(2*(x&7)+1)*7*math.Pi/16) * math.Cos(float64(2*(y&7)+1)*7*math.Pi/16)
			if c > 0 {
				return 255
			}
			return 0
		},
		"black": func(_, _, _ int) uint8 { return 0 },
		"white": func(_, _, _ int) uint8 { return 255 },
	}
	for name, paint := range paints {
		for _, quality := range []int{1, 82, 100} {
			for _, m := range []*planar.Image{new444(64, 48), planar.NewGrey(61, 47), planar.New420(64, 48)} {
				painted(m, paint)
				got, _ := decodedByGo(t, mustEncode(t, m, quality))
				for i, p := range got {
					if db := psnr(m.Planes[i], p); quality == 100 && db < 50 {
						t.Errorf("%s: plane %d of %d: %.1f dB", name, i, len(got), db)
					}
				}
			}
		}
	}
}

// segments returns the markers of a file before the scan, and what is behind the end of the picture.
func segments(t *testing.T, file []byte) (markers string, behind []byte) {
	t.Helper()
	if !bytes.HasPrefix(file, []byte{0xff, 0xd8}) {
		t.Fatal("no SOI")
	}
	rest := file[2:]
	for {
		if rest[0] != 0xff {
			t.Fatalf("no marker but %x", rest[:2])
		}
		marker := rest[1]
		markers += fmt.Sprintf("%02x ", marker)
		rest = rest[2+int(rest[2])<<8+int(rest[3]):]
		if marker == 0xda {
			break
		}
	}
	for i := 0; i+1 < len(rest); i++ {
		if rest[i] == 0xff && rest[i+1] != 0 {
			if rest[i+1] != 0xd9 {
				t.Fatalf("marker %x in the scan", rest[i+1])
			}
			return markers, rest[i+2:]
		}
	}
	t.Fatal("no EOI")
	return "", nil
}

func TestEncodeWritesNothingElse(t *testing.T) {
	t.Parallel()
	for _, m := range []*planar.Image{landscape(planar.New420(70, 60)), landscape(planar.NewGrey(70, 60)), planar.New420(1, 1)} {
		for quality := 1; quality <= 100; quality++ {
			file := mustEncode(t, m, quality)
			markers, behind := segments(t, file)
			if markers != "e0 db c0 c4 da " || len(behind) > 0 {
				t.Fatalf("quality %d: markers %s, %d bytes behind", quality, markers, len(behind))
			}
			if string(file[4:11]) != "\x00\x10JFIF\x00" {
				t.Fatalf("APP0 is %q", file[4:11])
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	long := planar.New420(65536, 1)
	short := planar.New420(20, 20)
	short.Planes[2] = planar.NewPlane(10, 9)
	odd := planar.New420(20, 20)
	odd.SubY = 1
	for name, m := range map[string]*planar.Image{
		"none": {}, "two planes": {Planes: long.Planes[:2]}, "empty": planar.New420(0, 0), "no rows": planar.NewGrey(8, 0),
		"too wide": long, "too high": planar.NewGrey(1, 65536), "colour cut off": short, "4:2:2": odd,
	} {
		if _, err := Encode(m, 80); err == nil {
			t.Errorf("%s: encoded", name)
		}
	}
	for _, quality := range []int{-1, 0, 101} {
		if _, err := Encode(planar.New420(8, 8), quality); err == nil {
			t.Errorf("quality %d: encoded", quality)
		}
	}
	for _, m := range []*planar.Image{planar.New420(65535, 1), planar.NewGrey(1, 65535)} {
		got, _ := decodedByGo(t, mustEncode(t, m, 80))
		if got[0].W != m.Planes[0].W || got[0].H != m.Planes[0].H {
			t.Errorf("decoded %dx%d", got[0].W, got[0].H)
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add(uint8(17), uint8(9), uint8(0), uint8(82), []byte("any samples at all"))
	f.Add(uint8(40), uint8(40), uint8(1), uint8(100), []byte{0, 255})
	f.Add(uint8(8), uint8(64), uint8(2), uint8(1), []byte{7})
	f.Add(uint8(33), uint8(32), uint8(0), uint8(100), []byte{255, 255, 0, 0, 0, 255, 3, 99, 128, 127})
	f.Fuzz(func(t *testing.T, w, h, kind, quality uint8, samples []byte) {
		if len(samples) == 0 {
			samples = []byte{0}
		}
		picture := []func(w, h int) *planar.Image{planar.New420, new444, planar.NewGrey}[kind%3]
		m := picture(int(w%64)+1, int(h%64)+1)
		n := 0
		painted(m, func(_, _, _ int) uint8 { n++; return samples[n%len(samples)] })
		q := int(quality)%100 + 1
		got, _ := decodedByGo(t, mustEncode(t, m, q))
		for i, p := range got {
			if want := m.Planes[i]; p.W != want.W || p.H != want.H {
				t.Fatalf("plane %d is %dx%d", i, p.W, p.H)
			}
			if db := psnr(m.Planes[i], p); q == 100 && db < 45 {
				t.Fatalf("plane %d: %.1f dB", i, db)
			}
		}
	})
}
