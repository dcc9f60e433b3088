package colour

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// put changes bytes of a profile.
func put(at int, s string) func([]byte) []byte {
	return func(b []byte) []byte {
		copy(b[at:], s)
		return b
	}
}

// retag changes the body of a tag of a profile whose tags begin behind its table.
func retag(name string, at int, s string) func([]byte) []byte {
	return func(b []byte) []byte {
		entry := bytes.Index(b, []byte(name))
		return put(int(binary.BigEndian.Uint32(b[entry+4:]))+at, s)(b)
	}
}

var hostileCases = []struct {
	name string
	edit func([]byte) []byte
	want error
}{
	{"empty", func([]byte) []byte { return nil }, ErrFormat},
	{"header alone", func(b []byte) []byte { return b[:128] }, ErrFormat},
	{"cut", func(b []byte) []byte { return b[:len(b)-1] }, ErrFormat},
	{"too long", func(b []byte) []byte { return append(b, make([]byte, maxProfile)...) }, ErrFormat},
	{"size of zero", put(0, "\x00\x00\x00\x00"), ErrFormat},
	{"size of the header", put(0, "\x00\x00\x00\x80"), ErrFormat},
	{"size of 4 GB", put(0, "\xff\xff\xff\xff"), ErrFormat},
	{"no signature", put(36, "ACSP"), ErrFormat},
	{"a link", put(12, "link"), ErrUnsupported},
	{"names of colours", put(12, "nmcl"), ErrUnsupported},
	{"CMYK", put(16, "CMYK"), ErrUnsupported},
	{"Lab", put(20, "Lab "), ErrUnsupported},
	{"no tags", put(128, "\x00\x00\x00\x00"), ErrUnsupported},
	{"many tags", put(128, "\x00\x00\x10\x00"), ErrFormat},
	{"4 billion tags", put(128, "\xff\xff\xff\xff"), ErrFormat},
	{"a tag too far away", put(136, "\x7f\xff\xff\xff"), ErrFormat},
	{"a tag around the end of numbers", put(136, "\xff\xff\xff\xff\xff\xff\xff\xff"), ErrFormat},
	{"a tag of no bytes", put(140, "\x00\x00\x00\x00"), ErrFormat},
	{"a tag of seven bytes", put(140, "\x00\x00\x00\x07"), ErrFormat},
	{"tables of several dimensions", put(132, "A2B0"), ErrUnsupported},
	{"no red", put(132, "desc"), ErrUnsupported},
	{"no curve of blue", put(132+5*12, "desc"), ErrUnsupported},
	{"a colour of another type", retag("rXYZ", 0, "text"), ErrFormat},
	{"a curve of another type", retag("gTRC", 0, "mft2"), ErrFormat},
	{"a curve of type 5", retag("gTRC", 8, "\x00\x05"), ErrUnsupported},
	{"a curve with too few numbers", retag("bTRC", 8, "\x00\x04"), ErrFormat},
	{"a curve that divides by zero", retag("gTRC", 8, "\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00"), ErrFormat},
	{"a curve of 65,537 entries", retag("rTRC", 0, "curv\x00\x00\x00\x00\x00\x01\x00\x01"), ErrFormat},
	{"a curve of 4 billion entries", retag("rTRC", 0, "curv\x00\x00\x00\x00\xff\xff\xff\xff"), ErrFormat},
	{"a curve cut short", retag("rTRC", 0, "curv\x00\x00\x00\x00\x00\x00\x01\x00"), ErrFormat},
}

func TestHostileProfiles(t *testing.T) {
	t.Parallel()
	for _, c := range hostileCases {
		p, err := Parse(c.edit(displayP3.profile()))
		if !errors.Is(err, c.want) || p != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// Numbers that are allowed but absurd still give samples.
func TestAbsurdNumbers(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func([]byte) []byte{
		"colours of 32,767":    retag("gXYZ", 8, "\x7f\xff\xff\xff\x80\x00\x00\x00\x7f\xff\xff\xff"),
		"no light":             retag("rXYZ", 8, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
		"a power below zero":   retag("rTRC", 12, "\x80\x00\x00\x00"),
		"a power of 32,767":    retag("rTRC", 12, "\x7f\xff\xff\xff"),
		"a step of minus many": retag("rTRC", 24, "\x80\x00\x00\x00\x80\x00\x00\x00"),
	} {
		p := parse(t, edit(displayP3.profile()))
		if err := p.ToSRGB(t.Context(), filled(64, 64, 2, 2)); err != nil || p.SRGB() {
			t.Errorf("%s: %v, sRGB %v", name, err, p.SRGB())
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range spaces {
		f.Add(s.profile())
	}
	f.Add(greyProfile(table(16, srgbLight)))
	for _, c := range hostileCases {
		if c.name != "too long" {
			f.Add(c.edit(displayP3.profile()))
		}
	}
	f.Fuzz(func(t *testing.T, profile []byte) {
		p, err := Parse(profile)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrUnsupported) {
				t.Fatalf("neither malformed nor unsupported: %v", err)
			}
			return
		}
		m := filled(33, 17, 2, 2)
		if err := p.ToSRGB(t.Context(), m); err != nil && (!p.grey || !errors.Is(err, ErrUnsupported)) {
			t.Fatal(err)
		}
	})
}
