package colour

import (
	"encoding/binary"
	"slices"
)

const (
	maxProfile = 1 << 20 // bytes; those of cameras have some 600 to 4,000
	headerLen  = 128     // of a profile, ICC.1:2022, section 7.2
	tagLen     = 12      // of an entry of the tag table, section 7.3
	maxTags    = 256     // real profiles have 10 to 50
)

// tags finds the tags of a profile. Each is a slice of it and begins with the signature of its type.
type tags struct {
	space string // "RGB " or "GRAY"
	named map[string][]byte
}

func readTags(b []byte) (tags, error) {
	b, space, err := readHeader(b)
	if err != nil {
		return tags{}, err
	}
	n := int(binary.BigEndian.Uint32(b[headerLen:]))
	table := b[headerLen+4:]
	if n > maxTags || n*tagLen > len(table) {
		return tags{}, malformed("%d tags in %d bytes", n, len(b))
	}
	t := tags{space, make(map[string][]byte, n)}
	for ; n > 0; n, table = n-1, table[tagLen:] {
		name := string(table[:4])
		at, size := uint64(binary.BigEndian.Uint32(table[4:])), uint64(binary.BigEndian.Uint32(table[8:]))
		if at+size > uint64(len(b)) {
			return tags{}, malformed("tag %q at %d of %d bytes", name, at, size)
		}
		if _, twice := t.named[name]; !twice {
			t.named[name] = b[at : at+size]
		}
	}
	// A profile with tables may carry a matrix as well, but only the tables are then right.
	if _, tables := t.named["A2B0"]; tables {
		return tags{}, unsupported("tables of several dimensions")
	}
	return t, nil
}

// readHeader returns the profile without what may follow it, and the space of its colours.
func readHeader(b []byte) (profile []byte, space string, err error) {
	if len(b) < headerLen+4 || len(b) > maxProfile {
		return nil, "", malformed("%d bytes", len(b))
	}
	size := binary.BigEndian.Uint32(b)
	if size < headerLen+4 || uint64(size) > uint64(len(b)) || string(b[36:40]) != "acsp" {
		return nil, "", malformed("header says %d of %d bytes, %q", size, len(b), b[36:40])
	}
	class, space, pcs := string(b[12:16]), string(b[16:20]), string(b[20:24])
	if slices.Contains([]string{"link", "abst", "nmcl"}, class) {
		return nil, "", unsupported("class %q", class)
	}
	if space != "RGB " && space != "GRAY" {
		return nil, "", unsupported("colours of %q", space)
	}
	// The grey curve says Y of XYZ or L of Lab, which are not the same.
	if pcs != "XYZ " {
		return nil, "", unsupported("connection space %q", pcs)
	}
	return b[:size], space, nil
}

// body returns what follows the eight bytes of type and reserve of a tag, at least size bytes.
func (t tags) body(name, kind string, size int) ([]byte, error) {
	b, ok := t.named[name]
	if !ok {
		return nil, unsupported("no tag %q", name)
	}
	if len(b) < 8+size || string(b[:4]) != kind {
		return nil, malformed("tag %q of %d bytes is no %q", name, len(b), kind)
	}
	return b[8:], nil
}

// xyz reads the colour of one channel at its brightest, relative to the white of D50 (section 10.31).
func (t tags) xyz(name string) (v [3]float64, err error) {
	b, err := t.body(name, "XYZ ", 12)
	if err != nil {
		return v, err
	}
	for i := range v {
		v[i] = s15Fixed16(b[4*i:])
	}
	return v, nil
}

func s15Fixed16(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }
