package colour

import (
	"encoding/binary"
	"math"
	"testing"
)

type (
	vector [3]float64
	matrix [3]vector
)

// space is a colour space as its standard gives it: chromaticities x, y and a curve.
type space struct {
	name             string
	red, green, blue [2]float64
	white            [2]float64
	light            func(float64) float64
	curve            []byte // the same curve as a tag
}

var (
	d65 = [2]float64{0.3127, 0.3290}
	d50 = [2]float64{0.3457, 0.3585}
	// srgbCurve is IEC 61966-2-1's as a parametric curve of type 3.
	srgbCurve = para(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)
)

// IEC 61966-2-1:1999.
var srgb = space{"sRGB", [2]float64{0.64, 0.33}, [2]float64{0.30, 0.60}, [2]float64{0.15, 0.06}, d65, srgbLight, srgbCurve}

// Primaries of SMPTE RP 431-2 with D65 and the curve of sRGB, as registered at color.org ("Display P3").
var displayP3 = space{"Display P3", [2]float64{0.680, 0.320}, [2]float64{0.265, 0.690}, [2]float64{0.150, 0.060}, d65, srgbLight, srgbCurve}

// Adobe RGB (1998) Color Image Encoding, version 2005-05, section 4.3.1: gamma 2 51/256.
var adobeRGB = space{"Adobe RGB (1998)", [2]float64{0.64, 0.33}, [2]float64{0.21, 0.71}, [2]float64{0.15, 0.06}, d65, power(563.0 / 256), curv(563)}

// ISO 22028-2 (ROMM RGB), which photographers call ProPhoto: linear below 1/512 of light.
var proPhoto = space{"ProPhoto", [2]float64{0.734699, 0.265301}, [2]float64{0.159597, 0.840403}, [2]float64{0.036598, 0.000105}, d50,
	func(v float64) float64 {
		if v < 16.0/512 {
			return v / 16
		}
		return math.Pow(v, 1.8)
	}, para(3, 1.8, 1, 0, 1.0/16, 16.0/512)}

var spaces = []space{srgb, displayP3, adobeRGB, proPhoto}

func srgbLight(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func power(g float64) func(float64) float64 {
	return func(v float64) float64 { return math.Pow(v, g) }
}

func (m matrix) times(v vector) (out vector) {
	for i, row := range m {
		out[i] = row[0]*v[0] + row[1]*v[1] + row[2]*v[2]
	}
	return out
}

func (m matrix) mul(n matrix) matrix {
	return transpose(matrix{m.times(transpose(n)[0]), m.times(transpose(n)[1]), m.times(transpose(n)[2])})
}

func transpose(m matrix) (t matrix) {
	for i := range 3 {
		for j := range 3 {
			t[j][i] = m[i][j]
		}
	}
	return t
}

// inverse is by cofactors.
func (m matrix) inverse() (inv matrix) {
	minor := func(r, c int) float64 {
		a, b, d, e := (r+1)%3, (r+2)%3, (c+1)%3, (c+2)%3
		return m[a][d]*m[b][e] - m[a][e]*m[b][d]
	}
	det := m[0][0]*minor(0, 0) + m[0][1]*minor(0, 1) + m[0][2]*minor(0, 2)
	for i := range 3 {
		for j := range 3 {
			inv[j][i] = minor(i, j) / det
		}
	}
	return inv
}

func xyzOf(c [2]float64) vector { return vector{c[0] / c[1], 1, (1 - c[0] - c[1]) / c[1]} }

// toXYZ goes from linear light of the space to XYZ of D50: SMPTE RP 177 for the primaries,
// and the linear Bradford adaptation of ICC.1:2022, annex E, to the white of its section 7.2.16.
func (s space) toXYZ() matrix {
	primaries := transpose(matrix{xyzOf(s.red), xyzOf(s.green), xyzOf(s.blue)})
	amount := primaries.inverse().times(xyzOf(s.white))
	for i := range 3 {
		for j := range 3 {
			primaries[i][j] *= amount[j]
		}
	}
	bradford := matrix{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}
	from, to := bradford.times(xyzOf(s.white)), bradford.times(vector{0.9642, 1, 0.8249})
	scale := matrix{{to[0] / from[0]}, {0, to[1] / from[1]}, {0, 0, to[2] / from[2]}}
	return bradford.inverse().mul(scale).mul(bradford).mul(primaries)
}

// profile is the space as an ICC profile of a display.
func (s space) profile() []byte {
	m := transpose(s.toXYZ())
	return icc("RGB ", "XYZ ", []tag{
		{"rXYZ", xyzTag(m[0])}, {"gXYZ", xyzTag(m[1])}, {"bXYZ", xyzTag(m[2])},
		{"rTRC", s.curve}, {"gTRC", s.curve}, {"bTRC", s.curve},
	})
}

// greyProfile is one of greys.
func greyProfile(curve []byte) []byte { return icc("GRAY", "XYZ ", []tag{{"kTRC", curve}}) }

type tag struct {
	name string
	body []byte
}

// icc puts a profile together as ICC.1:2022, section 7, says, without the tags that only describe.
func icc(colours, pcs string, tags []tag) []byte {
	b := make([]byte, 128, 4096)
	copy(b[8:], "\x04\x40\x00\x00mntr"+colours+pcs)
	copy(b[36:], "acsp")
	b = binary.BigEndian.AppendUint32(b, uint32(len(tags)))
	at := len(b) + 12*len(tags)
	for _, t := range tags {
		b = append(b, t.name...)
		b = binary.BigEndian.AppendUint32(b, uint32(at))
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.body)))
		at += len(t.body)
	}
	for _, t := range tags {
		b = append(b, t.body...)
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

func fixedPoint(b []byte, vs ...float64) []byte {
	for _, v := range vs {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

func xyzTag(v vector) []byte { return fixedPoint([]byte("XYZ \x00\x00\x00\x00"), v[:]...) }

func para(kind byte, vs ...float64) []byte {
	return fixedPoint(append([]byte("para\x00\x00\x00\x00"), 0, kind, 0, 0), vs...)
}

func curv(entries ...uint16) []byte {
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), uint32(len(entries)))
	for _, e := range entries {
		b = binary.BigEndian.AppendUint16(b, e)
	}
	return b
}

// table samples a curve.
func table(n int, light func(float64) float64) []byte {
	entries := make([]uint16, n)
	for i := range entries {
		entries[i] = uint16(light(float64(i)/float64(n-1))*65535 + 0.5)
	}
	return curv(entries...)
}

func parse(t testing.TB, profile []byte) *Profile {
	t.Helper()
	p, err := Parse(profile)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
