package views_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"net/url"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// wantNothingKept checks that a refusal left neither rows, jobs nor files.
func wantNothingKept(t *testing.T, s *sitetest.Site) {
	t.Helper()
	if photos, jobs, files := s.Photos(), countJobs(t, s), s.Kept(); len(photos) > 0 || jobs > 0 || len(files) > 0 {
		t.Errorf("left behind: %v, %d jobs, files %q", photos, jobs, files)
	}
}

// pngSized is a PNG that claims to be of this size, and is whole.
func pngSized(w, h uint32) []byte {
	chunk := func(name string, body []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		b = append(append(b, name...), body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0)), chunk("IDAT", []byte("x")), chunk("IEND", nil)}, nil)
}

func TestRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	small := sitetest.Picture(60, 40, 1)
	jpeg, png := sitetest.JPEG(t, small), sitetest.PNG(t, small)
	big := append(bytes.Clone(jpeg), make([]byte, 25<<20)...)
	for name, c := range map[string]struct {
		kind   string
		file   []byte
		status int
		words  string
	}{
		"text":                         {"text/plain", []byte("Dear diary, today I flew."), 422, "not a picture"},
		"text that says it is a JPEG":  {"image/jpeg", []byte("Dear diary, today I flew."), 422, "not a picture"},
		"a PDF":                        {"application/pdf", hostilePhoto(t, "paper.pdf"), 422, "PDF"},
		"an SVG":                       {"image/svg+xml", hostilePhoto(t, "drawing.svg"), 422, "SVG"},
		"HTML that says it is a PNG":   {"image/png", hostilePhoto(t, "html.png"), 422, "not a picture"},
		"a PNG that says it is a JPEG": {"image/jpeg", png, 422, "PNG is inside"},
		"a JPEG that says it is a GIF": {"image/gif", jpeg, 422, "JPEG is inside"},
		"HEIC":                         {"image/heic", hostilePhoto(t, "iphone.heic"), 422, "Most Compatible"},
		"HEIC that says it is a JPEG":  {"image/jpeg", hostilePhoto(t, "iphone.heic"), 422, "Most Compatible"},
		"more than 25 MB":              {"image/jpeg", big, 413, "larger than 25 MB"},
		"one byte over 25 MB":          {"image/jpeg", big[:25<<20+1], 413, "larger than 25 MB"},
		"more than 50 megapixels":      {"image/png", pngSized(10000, 5001), 422, "more than 50 megapixels"},
		"a side of 16,385":             {"image/png", pngSized(16385, 1), 422, "longer than 16,384 pixels"},
		"a JPEG with too many scans":   {"image/jpeg", hostilePhoto(t, "scans65.jpg"), 422, "ordinary JPEG"},
		"zero bytes":                   {"image/jpeg", nil, 422, "empty"},
		"half a JPEG":                  {"image/jpeg", jpeg[:len(jpeg)/2], 422, "end of that picture is missing"},
		"half a PNG":                   {"image/png", png[:len(png)/2], 422, "end of that picture is missing"},
		"half a GIF":                   {"image/gif", hostilePhoto(t, "cut.gif"), 422, "end of that picture is missing"},
		"half a WebP":                  {"image/webp", hostilePhoto(t, "cut.webp"), 422, "end of that picture is missing"},
		"an animated WebP":             {"image/webp", hostilePhoto(t, "animated.webp"), 422, "animated"},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			alt := url.Values{"alt": {"A “heron” <at> night"}}
			page := b.Upload("me.photos", "photo", "me.jpg", c.kind, c.file, alt).Is(c.status).Shows(c.words)
			if got := page.Value("alt"); got != alt.Get("alt") {
				t.Errorf("the words typed are %q now", got)
			}
			if wrong := page.HTML().Find("#photo-error").Text(); !strings.Contains(wrong, c.words) {
				t.Errorf("beside the field stands %q", wrong)
			}
			wantProblem(t, b.JSON().Upload("me.photos", "photo", "me.jpg", c.kind, c.file, nil), c.status, "photo", c.words)
			wantNothingKept(t, s)
		})
	}
}

// wantProblem checks a refusal in the words of RFC 9457.
func wantProblem(t *testing.T, answer *sitetest.Answer, status int, field, words string) {
	t.Helper()
	var p struct {
		Title, Detail string
		Status        int
		Errors        map[string]string
	}
	answer.Is(status).Decode(&p)
	if kind := answer.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("the type is %q", kind)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" || !strings.Contains(p.Errors[field], words) {
		t.Errorf("the problem is %+v, want %d with %q", p, status, words)
	}
}

func TestRefusedForms(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	file := sitetest.JPEG(t, sitetest.Picture(60, 40, 1))
	long := strings.Repeat("é", 301)

	b.Upload("me.photos", "picture", "me.jpg", "image/jpeg", file, nil).Is(422).Shows("That file is empty")
	wantNothingKept(t, s)

	page := b.Submit(file, url.Values{"alt": {long}}).Is(422).Shows("Keep the description to 300 characters.")
	if page.Value("alt") != long {
		t.Error("the words typed are gone")
	}
	wantProblem(t, b.JSON().Submit(file, url.Values{"alt": {long}}), 422, "alt", "300 characters")
	wantNothingKept(t, s)

	b.Submit(file, url.Values{"alt": {long[:600]}}).Is(303) // 300 characters
}

func TestStrangersSubmitNothing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, models.User{})
	file := sitetest.JPEG(t, sitetest.Picture(60, 40, 1))
	b.Submit(file, nil).Is(303).GoesTo(s.Path("login"))
	b.JSON().Submit(file, nil).Is(401)
	wantNothingKept(t, s)
}
