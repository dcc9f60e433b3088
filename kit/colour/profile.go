// Package colour brings the colours of a picture from the space that its ICC profile names (the
// Display P3 of telephones, the Adobe RGB of cameras) to sRGB, which is what a picture without a
// profile means on the web.
//
// It reads the profiles that cameras and telephones write: a curve for each channel and one
// matrix (ICC.1:2022, section 8.3.3 and 8.4.3: three-component matrix-based), or one curve for grey.
// Colours that sRGB cannot show are clipped, each channel on its own: a bright red of Display P3
// becomes the brightest red of sRGB.
package colour

import (
	"bytes"
	"errors"
	"fmt"
)

// The errors of Parse and ToSRGB, for errors.Is. After either a picture is as good as one
// without a profile.
var (
	ErrFormat      = errors.New("colour: malformed profile")
	ErrUnsupported = errors.New("colour: a kind of profile that is not read")
)

// Profile is what an ICC profile says about the colours of a picture. It is never changed, so
// many pictures may be converted with one at a time.
type Profile struct {
	grey   bool
	curves [3]*lightTable
	matrix [3][3]int // from linear light of the profile to linear sRGB, scaled by matrixOne
	srgb   bool
}

// Parse reads an ICC profile of at most 1 MB. It gives ErrFormat for what is none or is damaged,
// and ErrUnsupported for profiles that need tables of several dimensions, as those of printers do,
// or that describe CMYK or Lab.
func Parse(profile []byte) (*Profile, error) {
	tags, err := readTags(profile)
	if err != nil {
		return nil, err
	}
	p := &Profile{grey: tags.space == "GRAY"}
	if p.grey {
		err = p.readGrey(tags)
	} else {
		err = p.readRGB(tags)
	}
	if err != nil {
		return nil, err
	}
	p.srgb = p.nearSRGB()
	return p, nil
}

func (p *Profile) readRGB(tags tags) error {
	var colorants [3][3]float64
	for i, channel := range []string{"r", "g", "b"} {
		var err error
		if colorants[i], err = tags.xyz(channel + "XYZ"); err != nil {
			return err
		}
		// One curve for all three, as most profiles have, is one table in the caches of the processor.
		if i > 0 && bytes.Equal(tags.named[channel+"TRC"], tags.named["rTRC"]) {
			p.curves[i] = p.curves[0]
		} else if p.curves[i], err = tags.light(channel + "TRC"); err != nil {
			return err
		}
	}
	for row := range 3 {
		for col := range 3 {
			var sum float64
			for k := range 3 {
				sum += fromXYZ[row][k] * colorants[col][k]
			}
			p.matrix[row][col] = fixed(sum)
		}
	}
	return nil
}

// readGrey makes a profile of one curve into one of three: greys of sRGB with that curve.
func (p *Profile) readGrey(tags tags) error {
	t, err := tags.light("kTRC")
	if err != nil {
		return err
	}
	p.curves = [3]*lightTable{t, t, t}
	for i := range 3 {
		p.matrix[i][i] = fixed(1)
	}
	return nil
}

// SRGB tells whether the profile is sRGB, or so near that converting would change no sample of
// R, G or B by more than one.
func (p *Profile) SRGB() bool { return p.srgb }

// nearSRGB tries all greys and a lattice of colours; between its points curves and matrix are smooth.
func (p *Profile) nearSRGB() bool {
	near := func(was, is int) bool {
		d := is - was*levelOne
		return d >= -levelOne && d <= levelOne
	}
	unchanged := func(r, g, b int) bool {
		r2, g2, b2 := p.convert(encode(), r*steps+below, g*steps+below, b*steps+below)
		return near(r, r2) && near(g, g2) && near(b, b2)
	}
	for v := range 256 {
		if !unchanged(v, v, v) {
			return false
		}
	}
	const step = 15
	for r := 0; r <= 255; r += step {
		for g := 0; g <= 255; g += step {
			for b := 0; b <= 255; b += step {
				if !unchanged(r, g, b) {
					return false
				}
			}
		}
	}
	return true
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrFormat}, args...)...)
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrUnsupported}, args...)...)
}
