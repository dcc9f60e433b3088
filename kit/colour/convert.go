package colour

import (
	"context"
	"fmt"
	"math/bits"

	"superbook/kit/planar"
)

// ToSRGB changes the samples of m, which are taken to be in the space of the profile, to sRGB.
// Each pixel gets a brightness of its own; its colour is the mean of the pixels that share a
// sample of Cb and Cr: one, two or four. It gives ErrUnsupported for pictures sampled otherwise
// and for a profile of greys on a picture with colours; m is then as before. Only when ctx ends
// meanwhile is it part old and part new.
func (p *Profile) ToSRGB(ctx context.Context, m *planar.Image) error {
	if m.Grey() {
		return p.convertGrey(ctx, m.Planes[0])
	}
	if p.grey {
		return unsupported("greys for a picture with colours")
	}
	subX, subY := int(m.SubX), int(m.SubY)
	if !shared(m.SubX) || !shared(m.SubY) || len(m.Planes) != 3 {
		return unsupported("%d planes, %v by %v", len(m.Planes), m.SubX, m.SubY)
	}
	luma, cb, cr := m.Planes[0], m.Planes[1], m.Planes[2]
	for _, c := range m.Planes[1:] {
		if c.W*subX < luma.W || c.H*subY < luma.H {
			return fmt.Errorf("colour: %d by %d samples of colour for %d by %d", c.W, c.H, luma.W, luma.H)
		}
	}
	enc := encode()
	for y := 0; y < luma.H; y += subY {
		if err := ctx.Err(); err != nil {
			return err
		}
		first := luma.Row(y)
		second := first[:0]
		if subY == 2 && y+1 < luma.H {
			second = luma.Row(y + 1)
		}
		p.convertRow(enc, first, second, cb.Row(y/subY), cr.Row(y/subY), subX)
	}
	return nil
}

// shared tells whether one sample of colour may span so many of brightness.
func shared(sub float64) bool { return sub == 1 || sub == 2 }

// convertRow converts a row of cells, each one sample of colour with those of brightness over it.
func (p *Profile) convertRow(enc *encodeTable, first, second, cb, cr []uint8, subX int) {
	for cell, x := 0, 0; x < len(first); cell, x = cell+1, x+subX {
		r0, g0, b0 := chromaPlaces(cb[cell], cr[cell])
		end := min(x+subX, len(first))
		n := end - x
		r, g, b := p.convertCell(enc, first[x:end], r0, g0, b0)
		if len(second) > 0 {
			r2, g2, b2 := p.convertCell(enc, second[x:end], r0, g0, b0)
			r, g, b, n = r+r2, g+g2, b+b2, 2*n
		}
		cb[cell], cr[cell] = chromaOf(r, g, b, n)
	}
}

// convertCell converts samples of brightness of one colour and returns the sums of R, G and B.
func (p *Profile) convertCell(enc *encodeTable, luma []uint8, r0, g0, b0 int) (r, g, b int) {
	for i, v := range luma {
		place := int(v)*steps + below
		r1, g1, b1 := p.convert(enc, place+r0, place+g0, place+b0)
		luma[i] = lumaOf(r1, g1, b1)
		r, g, b = r+r1, g+g1, b+b1
	}
	return r, g, b
}

// convertGrey converts brightness alone: 256 samples are all there are.
func (p *Profile) convertGrey(ctx context.Context, m planar.Plane) error {
	var table [256]uint8
	for v := range table {
		place := v*steps + below
		table[v] = lumaOf(p.convert(encode(), place, place, place))
	}
	for y := range m.H {
		if err := ctx.Err(); err != nil {
			return err
		}
		for x, row := 0, m.Row(y); x < len(row); x++ {
			row[x] = table[row[x]]
		}
	}
	return nil
}

// convert takes places in the tables of the curves and gives samples of sRGB in parts of levelOne.
func (p *Profile) convert(enc *encodeTable, r, g, b int) (r2, g2, b2 int) {
	const mask = uint(len(lightTable{}) - 1) // always wide enough; it tells the compiler
	lr, lg, lb := int(p.curves[0][uint(r)&mask]), int(p.curves[1][uint(g)&mask]), int(p.curves[2][uint(b)&mask])
	m := &p.matrix
	r2 = (m[0][0]*lr + m[0][1]*lg + m[0][2]*lb + 1<<(shift-1)) >> shift
	g2 = (m[1][0]*lr + m[1][1]*lg + m[1][2]*lb + 1<<(shift-1)) >> shift
	b2 = (m[2][0]*lr + m[2][1]*lg + m[2][2]*lb + 1<<(shift-1)) >> shift
	r2, g2, b2 = min(max(r2, 0), encodeOne), min(max(g2, 0), encodeOne), min(max(b2, 0), encodeOne)
	return int(enc[r2]), int(enc[g2]), int(enc[b2])
}

// The numbers below are of ITU-T T.871, section 7, times 65,536.

// chromaPlaces is how many places Cb and Cr move the places of R, G and B.
func chromaPlaces(cb, cr uint8) (r, g, b int) {
	u, v := int(cb)-128, int(cr)-128
	const half = 1 << 15
	return (91881*steps*v + half) >> 16, (-22554*steps*u - 46802*steps*v + half) >> 16, (116130*steps*u + half) >> 16
}

func lumaOf(r, g, b int) uint8 {
	return uint8((19595*r + 38470*g + 7471*b + levelOne<<15) / (levelOne << 16))
}

// chromaOf gives Cb and Cr of the sum of n pixels, a power of two.
func chromaOf(r, g, b, n int) (cb, cr uint8) {
	scale := 16 + bits.Len(levelOne*uint(n)) - 1
	middle := 128<<scale + 1<<(scale-1)
	u := (-11059*r - 21709*g + 32768*b + middle) >> scale
	v := (32768*r - 27439*g - 5329*b + middle) >> scale
	return uint8(min(max(u, 0), 255)), uint8(min(max(v, 0), 255))
}
