package colour

import (
	"encoding/binary"
	"math"
)

// curve says how much light, 0 to 1, a sample of 0 to 1 stands for. What leaves 0 to 1 is clipped
// by who asks.
type curve func(float64) float64

// maxEntries is of a sampled curve: more than samples of 16 bits have no use.
const maxEntries = 1 << 16

// light reads a curve and makes the table of it.
func (t tags) light(name string) (*lightTable, error) {
	c, err := t.curve(name)
	if err != nil {
		return nil, err
	}
	return newLightTable(c), nil
}

func (t tags) curve(name string) (curve, error) {
	if b := t.named[name]; len(b) >= 4 && string(b[:4]) == "para" {
		return t.parametric(name)
	}
	b, err := t.body(name, "curv", 4)
	if err != nil {
		return nil, err
	}
	n, b := binary.BigEndian.Uint32(b), b[4:]
	if n > maxEntries || int(n)*2 > len(b) {
		return nil, malformed("curve %q of %d entries in %d bytes", name, n, len(b))
	}
	switch n {
	case 0:
		return func(x float64) float64 { return x }, nil
	case 1:
		gamma := float64(binary.BigEndian.Uint16(b)) / 256
		return func(x float64) float64 { return math.Pow(x, gamma) }, nil
	}
	return sampled(b[:2*n]), nil
}

// sampled goes straight from one entry to the next (section 10.6).
func sampled(b []byte) curve {
	last := len(b)/2 - 1
	entry := func(i int) float64 { return float64(binary.BigEndian.Uint16(b[2*i:])) / 65535 }
	return func(x float64) float64 {
		at := x * float64(last)
		i := min(int(at), last-1)
		part := at - float64(i)
		return entry(i)*(1-part) + entry(i+1)*part
	}
}

// parametric reads a curve of type 0 to 4 (section 10.18, table 70). All are cases of the last:
// (ax+b)^g + e from d on, and cx + f below.
func (t tags) parametric(name string) (curve, error) {
	body, err := t.body(name, "para", 4)
	if err != nil {
		return nil, err
	}
	kind := binary.BigEndian.Uint16(body)
	if kind > 4 {
		return nil, unsupported("curve %q of type %d", name, kind)
	}
	count := []int{1, 3, 4, 5, 7}[kind]
	if body = body[4:]; len(body) < 4*count {
		return nil, malformed("curve %q of %d bytes", name, len(body))
	}
	v := [7]float64{1: 1}
	for i := range count {
		v[i] = s15Fixed16(body[4*i:])
	}
	g, a, b, c, d, e, f := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
	if kind == 1 || kind == 2 {
		// From where ax+b is zero on; below it is flat.
		c, d, e, f = 0, -b/a, c, c
		if a == 0 {
			return nil, malformed("curve %q divides by zero", name)
		}
	}
	return func(x float64) float64 {
		if x < d {
			return c*x + f
		}
		return math.Pow(max(a*x+b, 0), g) + e
	}, nil
}
