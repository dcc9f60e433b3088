package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"mime"
	"strings"

	"golang.org/x/image/webp"
)

// format is one that is taken: how to walk its structure and how to decode it.
type format struct {
	name, label string
	walk        func(*cursor, Limits, *Info) error
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
}

// formatNamed returns a taken format; gif.Decode stops after the first frame.
func formatNamed(name string) format {
	switch name {
	case "jpeg":
		return format{name, "JPEG", walkJPEG, jpeg.DecodeConfig, jpeg.Decode}
	case "png":
		return format{name, "PNG", walkPNG, png.DecodeConfig, png.Decode}
	case "webp":
		return format{name, "WebP", walkWebP, webp.DecodeConfig, decodeWebP}
	default:
		return format{"gif", "GIF", walkGIF, gif.DecodeConfig, gif.Decode}
	}
}

// sniff tells the format by the first bytes, or refuses.
func sniff(head []byte) (format, error) {
	switch {
	case hasMagic(head, "\xff\xd8"):
		return formatNamed("jpeg"), nil
	case hasMagic(head, "\x89PNG"):
		return formatNamed("png"), nil
	case hasMagic(head, "GIF8"):
		return formatNamed("gif"), nil
	case hasMagic(head, "RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return formatNamed("webp"), nil
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return format{}, sniffBrands(head)
	}
	if label := otherFormat(head); label != "" {
		return format{}, &Refusal{Reason: OtherFormat, Format: label}
	}
	return format{}, refuse(NotImage, "begins with %q", head[:min(len(head), 8)])
}

func hasMagic(head []byte, magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }

// sniffBrands looks at the brands of an ISO media file. AVIF goes first: its files also
// carry "mif1", which HEIC files carry too.
func sniffBrands(head []byte) *Refusal {
	end := min(int(binary.BigEndian.Uint32(head[:4])), len(head))
	brands := string(head[8:max(end, 12)])
	for _, b := range []string{"avif", "avis"} {
		if strings.Contains(brands, b) {
			return refuse(AVIF, "brands %q", brands)
		}
	}
	for _, b := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"} {
		if strings.Contains(brands, b) {
			return refuse(HEIC, "brands %q", brands)
		}
	}
	return &Refusal{Reason: OtherFormat, Format: "video", Detail: brands}
}

func otherFormat(head []byte) string {
	for _, f := range []struct{ magic, label string }{
		{"BM", "BMP"}, {"II*\x00", "TIFF"}, {"MM\x00*", "TIFF"}, {"%PDF", "PDF"}, {"8BPS", "Photoshop"},
		{"\x00\x00\x01\x00", "icon"}, {"\xff\x0a", "JPEG XL"}, {"\x00\x00\x00\x0cJXL ", "JPEG XL"},
		{"\x00\x00\x00\x0cjP  ", "JPEG 2000"}, {"\x1aE\xdf\xa3", "video"},
	} {
		if hasMagic(head, f.magic) {
			return f.label
		}
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	if hasMagic(text, "<svg") || hasMagic(text, "<?xml") || hasMagic(text, "<!doctype svg") {
		return "SVG"
	}
	return ""
}

// declaredFormat returns the format that a media type promises, "" when it promises
// nothing, or the type itself when that is none of ours.
func declaredFormat(declared string) string {
	t, _, err := mime.ParseMediaType(declared)
	if err != nil {
		t = strings.ToLower(strings.TrimSpace(declared))
	}
	switch t {
	case "", "application/octet-stream", "binary/octet-stream", "image/*", "*/*":
		return ""
	case "image/jpeg", "image/jpg", "image/pjpeg", "image/x-jpeg":
		return "jpeg"
	case "image/png", "image/x-png", "image/apng":
		return "png"
	case "image/webp", "image/x-webp":
		return "webp"
	case "image/gif":
		return "gif"
	}
	return t
}
