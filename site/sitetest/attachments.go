package sitetest

import (
	"bytes"
	"encoding/binary"
	"math"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"

	"superbook/kit/db"
	"superbook/models"
)

// File is a file on its way; its name goes as it stands into the head of the
// form's part.
type File struct {
	Name    string
	Content []byte
}

// Send sends a form with files in fields called "file", behind its other fields.
func (b *Browser) Send(name string, form url.Values, files ...File) *Answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, values := range form {
		for _, v := range values {
			must(b.t, w.WriteField(k, v))
		}
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="file"; filename="`+f.Name+`"`)
		part, err := w.CreatePart(h)
		must(b.t, err)
		_, err = part.Write(f.Content)
		must(b.t, err)
	}
	must(b.t, w.Close())
	r := httptest.NewRequest(http.MethodPost, b.s.Path(name), &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Do(r)
}

// Uploaded is a file that waits for its post.
type Uploaded struct {
	Token string          `json:"token"`
	ID    int64           `json:"id"`
	Name  string          `json:"name"`
	Size  int64           `json:"size"`
	Kind  models.FileKind `json:"kind"`
}

// Attach uploads a file that waits for its post.
func (b *Browser) Attach(name string, content []byte) (u Uploaded) {
	b.t.Helper()
	b.JSON().Send("attachment.new", nil, File{name, content}).Is(http.StatusCreated).Decode(&u)
	return u
}

// Attachments reads all attachments, oldest first.
func (s *Site) Attachments() []models.Attachment {
	s.t.Helper()
	all, err := db.Rows[models.Attachment](s.DB.Read).Order("id").Find(s.t.Context())
	must(s.t, err)
	return all
}

// WAV is a short sound.
func WAV() []byte {
	const rate, samples = 8000, 800
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, field := range []any{uint32(36 + 2*samples), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16), []byte("data"), uint32(2 * samples)} {
		_ = binary.Write(&b, binary.LittleEndian, field) // a buffer takes everything
	}
	for i := range samples {
		_ = binary.Write(&b, binary.LittleEndian, int16(8000*math.Sin(float64(i)/5)))
	}
	return b.Bytes()
}

// MP4 is the beginning of a video.
func MP4() []byte {
	return []byte("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41\x00\x00\x00\x08free")
}

// WebM begins with an EBML head that names its kind.
func WebM() []byte {
	return []byte("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02")
}

// MP3 is one frame of silence.
func MP3() []byte { return []byte("\xff\xfb\x90\x00" + strings.Repeat("\x00", 413)) }

// PDF is an empty document.
func PDF() []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}
