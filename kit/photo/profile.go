package photo

import (
	"bytes"
	"compress/zlib"
	"io"
)

// maxProfile is how many bytes of ICC profile are taken; cameras and telephones write 600 to 4,000.
// A larger one, or one that is not whole, is left out: pictures are not refused for it.
const maxProfile = 1 << 20

const jpegProfileMark = "ICC_PROFILE\x00"

// jpegProfile collects an ICC profile from a JPEG, which spreads it over numbered segments of
// at most 64 kB (ICC.1:2022, annex B.4). The zero value is ready.
type jpegProfile struct {
	parts  map[byte][]byte // by number, the first is 1
	count  byte            // how many parts each of them says there are
	size   int
	broken bool
}

// add takes what follows jpegProfileMark in a segment.
func (p *jpegProfile) add(b []byte) {
	if p.broken || len(b) < 2 {
		*p = jpegProfile{broken: true}
		return
	}
	number, count, data := b[0], b[1], b[2:]
	if p.parts == nil {
		p.parts, p.count = map[byte][]byte{}, count
	}
	_, twice := p.parts[number]
	p.size += len(data)
	if twice || number == 0 || number > count || count != p.count || p.size > maxProfile {
		*p = jpegProfile{broken: true}
		return
	}
	p.parts[number] = bytes.Clone(data)
}

// join returns nil when there is no profile or a part of it is missing.
func (p *jpegProfile) join() []byte {
	if p.size == 0 || len(p.parts) != int(p.count) {
		return nil
	}
	whole := make([]byte, 0, p.size)
	for number := 1; number <= int(p.count); number++ {
		whole = append(whole, p.parts[byte(number)]...)
	}
	return whole
}

// pngProfile unpacks the body of an iCCP chunk: a name of up to 79 letters, a zero, a zero for
// zlib, and the profile (PNG, third edition, section 11.3.2.3). What is wrong with it gives nil.
func pngProfile(b []byte) []byte {
	name := bytes.IndexByte(b[:min(len(b), 80)], 0)
	if name < 1 || name+2 > len(b) || b[name+1] != 0 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b[name+2:]))
	if err != nil {
		return nil
	}
	var profile bytes.Buffer
	if n, err := profile.ReadFrom(io.LimitReader(z, maxProfile+1)); err != nil || n > maxProfile {
		return nil
	}
	return profile.Bytes()
}
