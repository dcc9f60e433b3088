package photo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// profileBytes are no profile, but as long as one and never the same twice.
func profileBytes(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	if _, err := r.Read(b); err != nil {
		panic(err)
	}
	return b
}

// part is a segment of JPEG with one part of a profile.
func part(number, count byte, data []byte) []byte {
	return segment(app2, jpegProfileMark+string([]byte{number, count})+string(data))
}

func TestProfileOfJPEG(t *testing.T) {
	t.Parallel()
	small, whole := asJPEG(t, scene(96, 64), 80), profileBytes(150_000)
	a, b, c := whole[:60_000], whole[60_000:120_000], whole[120_000:]
	tooLarge := make([][]byte, 0, 17)
	for i := range 17 {
		tooLarge = append(tooLarge, part(byte(i+1), 17, make([]byte, 65_000)))
	}
	for name, c := range map[string]struct {
		segments [][]byte
		want     []byte
	}{
		"none":                  {nil, nil},
		"one part":              {[][]byte{part(1, 1, a)}, a},
		"three parts":           {[][]byte{part(1, 3, a), part(2, 3, b), part(3, 3, c)}, whole},
		"out of order":          {[][]byte{part(3, 3, c), part(1, 3, a), part(2, 3, b)}, whole},
		"other APP2 between":    {[][]byte{part(1, 2, a), segment(app2, "MPF\x00MM\x00*"), part(2, 2, b)}, whole[:120_000]},
		"a part missing":        {[][]byte{part(1, 3, a), part(3, 3, c)}, nil},
		"a part twice":          {[][]byte{part(1, 2, a), part(1, 2, a), part(2, 2, b)}, nil},
		"a second profile":      {[][]byte{part(1, 1, a), part(1, 1, a)}, nil},
		"two counts":            {[][]byte{part(1, 2, a), part(2, 3, b)}, nil},
		"number 0":              {[][]byte{part(0, 1, a)}, nil},
		"number above count":    {[][]byte{part(2, 1, a)}, nil},
		"count 0":               {[][]byte{part(1, 0, a)}, nil},
		"no bytes":              {[][]byte{part(1, 1, nil)}, nil},
		"no number":             {[][]byte{segment(app2, jpegProfileMark)}, nil},
		"broken, then whole":    {[][]byte{part(0, 1, a), part(1, 1, a)}, nil},
		"more than a megabyte":  {tooLarge, nil},
		"nearly that":           {tooLarge[:16], nil},
		"mark without its zero": {[][]byte{segment(app2, "ICC_PROFILE\x01\x01\x01profile")}, nil},
	} {
		wantProfile(t, name, withSegments(small, c.segments...), c.want)
	}
	behind := bytes.Join([][]byte{small[:len(small)-2], part(1, 1, a), {0xff, eoi}}, nil)
	wantProfile(t, "behind the scan", behind, nil)
}

func wantProfile(t *testing.T, name string, file, want []byte) {
	t.Helper()
	in, err := inspect(file, "")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !bytes.Equal(in.profile, want) {
		t.Errorf("%s: a profile of %d bytes, want %d", name, len(in.profile), len(want))
	}
	if cap(in.profile) > 2*maxProfile {
		t.Errorf("%s: %d bytes kept", name, cap(in.profile))
	}
}

func deflated(tb testing.TB, data []byte) string {
	tb.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func TestProfileOfPNG(t *testing.T) {
	t.Parallel()
	file, small, large := asPNG(t, scene(7, 5)), profileBytes(600), profileBytes(200_000)
	packed := deflated(t, small)
	late := len(file) - 12 // in front of IEND
	for name, c := range map[string]struct {
		file []byte
		want []byte
	}{
		"none":                 {file, nil},
		"small":                {withChunk(file, "iCCP", "P3\x00\x00"+packed), small},
		"above 64 kB":          {withChunk(file, "iCCP", "P3\x00\x00"+deflated(t, large)), large},
		"a megabyte":           {withChunk(file, "iCCP", "P3\x00\x00"+deflated(t, make([]byte, maxProfile))), make([]byte, maxProfile)},
		"more than a megabyte": {withChunk(file, "iCCP", "P3\x00\x00"+deflated(t, make([]byte, maxProfile+1))), nil},
		"a bomb":               {withChunk(file, "iCCP", "P3\x00\x00"+deflated(t, make([]byte, 100<<20))), nil},
		"a long chunk":         {withChunk(file, "iCCP", "P3\x00\x00"+packed+string(make([]byte, maxProfile))), nil},
		"cut":                  {withChunk(file, "iCCP", "P3\x00\x00"+packed[:300]), nil},
		"not packed":           {withChunk(file, "iCCP", "P3\x00\x00plain bytes"), nil},
		"other packing":        {withChunk(file, "iCCP", "P3\x00\x01"+packed), nil},
		"no name":              {withChunk(file, "iCCP", "\x00\x00"+packed), nil},
		"name of 79":           {withChunk(file, "iCCP", string(bytes.Repeat([]byte{'n'}, 79))+"\x00\x00"+packed), small},
		"name of 80":           {withChunk(file, "iCCP", string(bytes.Repeat([]byte{'n'}, 80))+"\x00\x00"+packed), nil},
		"name alone":           {withChunk(file, "iCCP", "P3"), nil},
		"name and zero":        {withChunk(file, "iCCP", "P3\x00"), nil},
		"empty":                {withChunk(file, "iCCP", ""), nil},
		"sRGB in front":        {withChunk(withChunk(file, "iCCP", "P3\x00\x00"+packed), "sRGB", "\x00"), nil},
		"sRGB behind":          {withChunk(withChunk(file, "sRGB", "\x00"), "iCCP", "P3\x00\x00"+packed), nil},
		"behind the picture":   {bytes.Join([][]byte{file[:late], pngChunkBytes("iCCP", "P3\x00\x00"+packed), file[late:]}, nil), nil},
	} {
		wantProfile(t, name, c.file, c.want)
	}
}

// withICCP makes a plain WebP an extended one of 96x64 pixels that has a profile.
func withICCP(file []byte, profiles ...[]byte) []byte {
	chunk := func(name string, body []byte) []byte {
		b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
		return append(append(b, body...), make([]byte, len(body)%2)...)
	}
	out := append([]byte("RIFF\x00\x00\x00\x00WEBP"), chunk("VP8X", []byte{1 << 5, 0, 0, 0, 95, 0, 0, 63, 0, 0})...)
	for _, p := range profiles {
		out = append(out, chunk("ICCP", p)...)
	}
	out = append(out, file[12:]...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

func TestProfileOfWebP(t *testing.T) {
	t.Parallel()
	file := testdata(t, "lossy.webp")
	small, odd, large := profileBytes(600), profileBytes(601), profileBytes(200_000)
	wantProfile(t, "none", file, nil)
	wantProfile(t, "small", withICCP(file, small), small)
	wantProfile(t, "odd", withICCP(file, odd), odd)
	wantProfile(t, "above 64 kB", withICCP(file, large), large)
	wantProfile(t, "two", withICCP(file, odd, small), odd)
	wantProfile(t, "too large", withICCP(file, make([]byte, maxProfile+1)), nil)
	if _, err := process(withICCP(file, small), Options{}); err != nil {
		t.Error(err)
	}
}
