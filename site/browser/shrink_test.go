package browser_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"superbook/kit/browsertest"
	"superbook/site/sitetest"
)

// picturesShrunk asks what would be sent of pictures of each kind.
func picturesShrunk(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	wide, clear := grain(255), grain(120)
	for name, file := range map[string]struct {
		content []byte
		want    string
	}{
		"see-through.png": {sitetest.PNG(t, clear), "see-through.png image/png 2560 × 85"},
		"photo.png":       {sitetest.PNG(t, wide), "photo.jpg image/jpeg 2560 × 85"},
		"told.png":        {withChunks(sitetest.PNG(t, wide), chunk("tEXt", "Title\x00acTL")), "told.jpg image/jpeg 2560 × 85"},
		"photo.jpeg":      {sitetest.JPEG(t, wide), "photo.jpeg image/jpeg 2560 × 85"},
		"moving.gif":      {sitetest.GIF(t, wide, wide), "the same"},
		"moving.png":      {movingPNG(sitetest.PNG(t, wide)), "the same"},
		"small.png":       {sitetest.PNG(t, sitetest.Picture(2560, 100, 1)), "the same"},
		"note.png":        {[]byte("a shopping list"), "the same"},
	} {
		if got := shrunk(tab, name, file.content, "Infinity"); got != file.want {
			t.Errorf("%s goes as %s, want %s", name, got, file.want)
		}
	}
	for name, want := range map[string]string{"hostile/animated.webp": "the same", "lossy_alpha.webp": "a.webp image/webp 96 × 64"} {
		content, err := os.ReadFile("../../kit/photo/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := shrunk(tab, "a.webp", content, "10"); got != want {
			t.Errorf("%s, too heavy, goes as %s, want %s", name, got, want)
		}
	}
	quiet(t, tab)
}

// shrunk is what is sent in place of a file that may have so many bytes.
func shrunk(tab *browsertest.Tab, name string, content []byte, most string) string {
	return browsertest.Eval[string](tab, fmt.Sprintf(`(async () => {
		const file = new File([Uint8Array.from(atob(%q), c => c.charCodeAt(0))], %q);
		const sent = await pictures.shrink(file, %s);
		if (sent === file) return 'the same';
		const {width, height} = await createImageBitmap(sent);
		return sent.name + ' ' + sent.type + ' ' + width + ' × ' + height;
	})()`, base64.StdEncoding.EncodeToString(content), name, most))
}

// chunk is a part of a PNG.
func chunk(kind, body string) []byte {
	all := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind+body...)
	return binary.BigEndian.AppendUint32(all, crc32.ChecksumIEEE(all[4:]))
}

// withChunks puts chunks behind the head of a PNG.
func withChunks(file []byte, chunks ...[]byte) []byte {
	const head = 8 + 12 + 13 // signature and IHDR
	return slices.Concat(file[:head], slices.Concat(chunks...), file[head:])
}

// movingPNG makes a PNG of 3000 by 100 the first of two frames; the second is a point.
func movingPNG(file []byte) []byte {
	frame := func(n, w, h uint32) []byte {
		var b bytes.Buffer
		for _, v := range []uint32{n, w, h, 0, 0, 1 << 16, 0} { // number, size, place, delay, and how it goes
			_ = binary.Write(&b, binary.BigEndian, v)
		}
		return chunk("fcTL", b.String()[:26])
	}
	var point bytes.Buffer
	z := zlib.NewWriter(&point)
	_, _ = z.Write(make([]byte, 4)) // no filter, black; a buffer takes all
	_ = z.Close()
	end := len(file) - 12
	first := withChunks(file[:end], chunk("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"), frame(0, 3000, 100))
	return slices.Concat(first, frame(1, 1, 1), chunk("fdAT", "\x00\x00\x00\x02"+point.String()), file[end:])
}

// bitmapsOddlySized stands in for browsers that do not make bitmaps as large as they are told.
func bitmapsOddlySized(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	lying := sitetest.WithSegments(sitetest.JPEG(t, sitetest.Picture(2800, 700, 1)), sitetest.Exif(6, ""))
	for name, odd := range map[string]struct{ sizes, want string }{
		"as told":       {"o", "640 × 2560, 30,160,60"},
		"as it is":      {"{}", "640 × 2560, 30,160,60"},
		"on its side":   {"{resizeWidth: o.resizeHeight, resizeHeight: o.resizeWidth}", "the same"},
		"a square part": {"{resizeWidth: 640, resizeHeight: 640}", "the same"},
	} {
		got := browsertest.Eval[string](tab, fmt.Sprintf(`(async () => {
			const real = createImageBitmap;
			window.createImageBitmap = (file, o) => real(file, %s);
			const file = new File([Uint8Array.from(atob(%q), c => c.charCodeAt(0))], 'lying.jpg');
			const sent = await pictures.shrink(file).finally(() => { window.createImageBitmap = real; });
			if (sent === file) return 'the same';
			const context = new OffscreenCanvas(1, 1).getContext('2d');
			const bitmap = await createImageBitmap(sent);
			context.drawImage(bitmap, -335, -1340); // right below the middle; in a corner of the whole this would be above it
			const near = n => Math.round(n / 10) * 10;
			return bitmap.width + ' × ' + bitmap.height + ', ' + [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(near);
		})()`, odd.sizes, base64.StdEncoding.EncodeToString(lying)))
		if got != odd.want {
			t.Errorf("with bitmaps %s it goes as %s, want %s", name, got, odd.want)
		}
	}
	quiet(t, tab)
}

// grain is a wide picture that no format makes small, less opaque in its right half.
func grain(opaque uint8) image.Image {
	m, at := image.NewNRGBA(image.Rect(0, 0, 3000, 100)), rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		if m.Pix[i] = byte(at.Uint32()); i%4 == 3 {
			m.Pix[i] = 255
			if i/4%3000 > 1500 {
				m.Pix[i] = opaque
			}
		}
	}
	return m
}
