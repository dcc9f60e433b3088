package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// scene draws a picture with no symmetry: a slope of colours, a white corner, a black one, a red bar.
func scene(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{uint8(x * 255 / w), uint8(y * 255 / h), 120, 255}
			switch {
			case x < w/4 && y < h/3:
				c = color.NRGBA{255, 255, 255, 255}
			case x >= w*2/3 && y >= h/2:
				c = color.NRGBA{0, 0, 0, 255}
			case x > w*2/5 && x < w/2:
				c = color.NRGBA{220, 30, 20, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// detailed is a scene with fine grain, as costly to decode as a photo of foliage.
func detailed(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for i := 0; i < len(m.Pix); i += 4 {
		seed = seed*1664525 + 1013904223
		x, y := i/4%w, i/4/w
		for c := range 3 {
			m.Pix[i+c] = uint8((x>>3*(c+1)+y>>2)%200) + uint8(seed>>26)
		}
		m.Pix[i+3] = 255
	}
	return m
}

func asJPEG(tb testing.TB, m image.Image, quality int) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(tb testing.TB, m image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(tb testing.TB, m image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, m, nil); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// segment is a marker segment of JPEG.
func segment(marker byte, body string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return append(b, body...)
}

// withSegments puts segments behind the first two bytes of a JPEG.
func withSegments(file []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{file[:2], bytes.Join(segments, nil), file[2:]}, nil)
}

// exif is a TIFF block that holds an orientation and a pointer to GPS data.
func exif(order binary.AppendByteOrder, orientation int) string {
	b := []byte("II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, e := range [][3]uint32{{0x0112, 3, uint32(orientation)}, {0x8825, 4, 38}} {
		b = order.AppendUint16(b, uint16(e[0]))
		b = order.AppendUint16(b, uint16(e[1]))
		b = order.AppendUint32(b, 1)
		if e[1] == 3 {
			b = order.AppendUint16(b, uint16(e[2]))
			b = order.AppendUint16(b, 0)
		} else {
			b = order.AppendUint32(b, e[2])
		}
	}
	return string(order.AppendUint32(b, 0)) + "SECRET-GPS 52.52N 13.40E"
}

func pngChunkBytes(name, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name+body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// withChunk puts a chunk behind the IHDR of a PNG.
func withChunk(file []byte, name, body string) []byte {
	const ihdrEnd = 8 + 8 + 13 + 4
	return bytes.Join([][]byte{file[:ihdrEnd], pngChunkBytes(name, body), file[ihdrEnd:]}, nil)
}

// emptyPNG has a header of the given measures and no data worth the name.
func emptyPNG(w, h uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, w)
	b = append(binary.BigEndian.AppendUint32(b, h), 8, 6, 0, 0, 0)
	return bytes.Join([][]byte{[]byte(pngSignature), pngChunkBytes("IHDR", string(b)),
		pngChunkBytes("IDAT", "x"), pngChunkBytes("IEND", "")}, nil)
}

// progressiveJPEG is a grey picture of three components whose scans hold nothing but zeros,
// one bit a block: the decoder has to keep all its coefficients and walk them for each scan.
func progressiveJPEG(w, h, scans int, sampling byte) []byte {
	sof := string([]byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0})
	b := bytes.Join([][]byte{{0xff, soi},
		segment(0xdb, "\x00"+string(bytes.Repeat([]byte{1}, 64))),
		segment(sof2, sof),
		segment(dht, "\x00\x01"+string(make([]byte, 15))+"\x00"),
	}, nil)
	sh, sv := int(sampling>>4), int(sampling&15)
	units := ceilDiv(w, 8*sh) * ceilDiv(h, 8*sv)
	data := make([]byte, ceilDiv(int(units)*(sh*sv+2), 8))
	for range scans {
		b = append(b, segment(sos, "\x03\x01\x00\x02\x00\x03\x00\x00\x00\x00")...)
		b = append(b, data...)
	}
	return append(b, 0xff, eoi)
}

func testdata(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func inspect(file []byte, declared string) (Info, error) {
	return Inspect(bytes.NewReader(file), int64(len(file)), declared, Limits{})
}

func process(file []byte, opt Options) (Result, error) {
	return Process(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
}
