package views_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// fetchVariant fetches a variant as anybody may, and decodes it.
func fetchVariant(t *testing.T, s *sitetest.Site, address string) (image.Image, []byte) {
	t.Helper()
	answer := s.As(t, models.User{}).Visit(address).Is(200)
	for header, want := range map[string]string{"Cache-Control": "public, max-age=31536000, immutable",
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Set-Cookie": "", "Vary": "", "Content-Encoding": "",
		"Content-Length": strconv.Itoa(len(answer.Body))} {
		if got := answer.Header.Get(header); got != want {
			t.Errorf("%s: %s is %q, want %q", address, header, got, want)
		}
	}
	file := []byte(answer.Body)
	m, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s is no JPEG: %v", address, err)
	}
	return m, file
}

// wantBare walks the segments of a JPEG: tables, frame and scan, and nothing
// that could tell of the original.
func wantBare(t *testing.T, file []byte) {
	t.Helper()
	for at := 2; at+4 <= len(file); {
		marker := file[at+1]
		switch {
		case file[at] != 0xff:
			t.Fatalf("no marker at %d", at)
		case marker == 0xda:
			return // after the scan comes the end
		case marker == 0xe0 && bytes.HasPrefix(file[at+4:], []byte("JFIF\x00")): // ours
		case marker != 0xdb && marker != 0xc0 && marker != 0xc4 && marker != 0xdd:
			t.Errorf("there is a segment ff%02x: %.40q", marker, file[at+4:])
		}
		at += 2 + int(file[at+2])<<8 + int(file[at+3])
	}
	t.Error("there is no scan")
}

func near(a, b color.Color) bool {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	off := func(x, y uint32) bool { return max(x, y)-min(x, y) > 24<<8 }
	return !off(r, r2) && !off(g, g2) && !off(bl, b2)
}

// wantQuarters checks the middle of each quarter of a picture.
func wantQuarters(t *testing.T, m image.Image, want [4]color.RGBA) {
	t.Helper()
	b := m.Bounds()
	for i, c := range want {
		x, y := b.Dx()/4+i%2*b.Dx()/2, b.Dy()/4+i/2*b.Dy()/2
		if got := m.At(x, y); !near(got, c) {
			t.Errorf("quarter %d is %v, want %v", i, got, c)
		}
	}
}

func TestVariantsOfEveryFormat(t *testing.T) {
	t.Parallel()
	c := sitetest.Colours
	paper := color.RGBA{0xf3, 0xec, 0xdd, 0xff}
	other := image.NewRGBA(image.Rect(0, 0, 400, 400)) // a second frame, black
	half := sitetest.Picture(400, 400, 1)
	for i := range half.Pix[:len(half.Pix)/2] { // premultiplied: nothing is there
		half.Pix[i] = 0
	}
	secrets := [][]byte{sitetest.Exif(6, "SECRET 52.52N"), sitetest.Segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET</x:xmpmeta>"),
		sitetest.Segment(0xe2, "ICC_PROFILE\x00\x01\x01SECRET"), sitetest.Segment(0xed, "Photoshop 3.0\x00SECRET"), sitetest.Segment(0xfe, "SECRET")}
	for name, p := range map[string]struct {
		file                        []byte
		width, height, dispW, dispH int
		quarters                    [4]color.RGBA
	}{
		"a JPEG, large":              {sitetest.JPEG(t, sitetest.Picture(2000, 1000, 1)), 2000, 1000, 1280, 640, c},
		"a JPEG, small":              {sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), 300, 200, 300, 200, c},
		"a JPEG, tiny":               {sitetest.JPEG(t, sitetest.Picture(40, 50, 1)), 40, 50, 40, 50, c},
		"a JPEG with secrets, lying": {sitetest.WithSegments(sitetest.JPEG(t, sitetest.Picture(200, 400, 1)), secrets...), 400, 200, 400, 200, [4]color.RGBA{c[2], c[0], c[3], c[1]}},
		"a PNG":                      {sitetest.PNG(t, sitetest.Picture(600, 1400, 1)), 600, 1400, 549, 1280, c},
		"a PNG, half transparent":    {sitetest.PNG(t, half), 400, 400, 400, 400, [4]color.RGBA{paper, paper, c[2], c[3]}},
		"a GIF, its first frame":     {sitetest.GIF(t, sitetest.Picture(400, 400, 1), other), 400, 400, 400, 400, c},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			s.Work()
			b := s.As(t, s.Hero("nightheron"))
			id := readyPhoto(t, s, b, p.file).ID
			got := readPhoto(t, b, id)
			if got.Width != p.width || got.Height != p.height {
				t.Errorf("is %dx%d, want %dx%d", got.Width, got.Height, p.width, p.height)
			}
			for name, address := range got.Variants {
				m, file := fetchVariant(t, s, address)
				wantBare(t, file)
				if bytes.Contains(file, []byte("SECRET")) {
					t.Errorf("variant %s tells a secret", name)
				}
				w, h := p.dispW, p.dispH
				if side, _ := strconv.Atoi(name); side < 1280 {
					w = min(side, p.width, p.height)
					h = w
				}
				if m.Bounds().Dx() != w || m.Bounds().Dy() != h {
					t.Errorf("variant %s is %v, want %dx%d", name, m.Bounds().Size(), w, h)
				}
				wantQuarters(t, m, p.quarters)
			}
		})
	}
}

func TestWebPBecomesJPEG(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	for _, name := range []string{"lossy.webp", "lossless.webp", "lossy_alpha.webp", "oriented6.webp"} {
		file, err := os.ReadFile(filepath.Join("..", "kit", "photo", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		p := readyPhoto(t, s, b, file)
		_, got := fetchVariant(t, s, readPhoto(t, b, p.ID).Variants["1280"])
		wantBare(t, got)
	}
}

func TestReadyPhotoStandsOnItsPages(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(800, 600, 1)))
	page := b.Get("photo", p.ID).Is(200).Shows("The photo is ready")
	if !strings.Contains(page.Body, p.Placeholder) && !strings.Contains(page.Body, strings.ReplaceAll(p.Placeholder, "+", "&#43;")) {
		t.Error("the page has no placeholder")
	}
	for page, size := range map[*sitetest.Answer]string{page: "1280", b.Get("me.photos").Is(200): "256", b.Get("user", hero.Username).Is(200): "256", b.Get("heroes").Is(200): "256"} {
		address := s.Path("media", p.Folder, p.Version, size+".jpg")
		if page.HTML().Find(`img[src="`+address+`"]`).Length() == 0 {
			t.Errorf("no picture %s on\n%.3000s", address, page.Body)
		}
	}
}

func TestVariantsAnswerRangesAndHead(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(800, 600, 1)))
	address := s.Path("media", p.Folder, p.Version, "256.jpg")
	_, whole := fetchVariant(t, s, address)
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Range", "bytes=10-19")
	if got := b.Do(r).Is(http.StatusPartialContent); got.Body != string(whole[10:20]) {
		t.Errorf("the range is %q, want %q", got.Body, whole[10:20])
	}
	head := b.Do(httptest.NewRequest(http.MethodHead, address, nil)).Is(200)
	if head.Body != "" || head.Header.Get("Content-Length") != strconv.Itoa(len(whole)) {
		t.Errorf("HEAD answers %d bytes, %v", len(head.Body), head.Header)
	}
	r = httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("If-Modified-Since", head.Header.Get("Last-Modified"))
	b.Do(r).Is(http.StatusNotModified)
}
