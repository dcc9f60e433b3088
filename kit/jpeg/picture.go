package jpeg

import (
	"fmt"
	"math/bits"

	"superbook/kit/planar"
)

// kernel says what a scale wants of each block.
type kernel struct {
	n    int       // samples a side
	at   [64]uint8 // where in n×n the coefficient k in zigzag order stands; n·n: not wanted
	last int       // the highest k that is wanted
	want uint64    // bit k: wanted
}

func newKernel(scale int) (k kernel, err error) {
	if scale > 8 || bits.OnesCount(uint(scale)) != 1 {
		return k, fmt.Errorf("jpeg: scale %d", scale)
	}
	k.n = 8 / scale
	for i, z := range zigzag {
		x, y := int(z)%8, int(z)/8
		k.at[i] = uint8(k.n * k.n)
		if x < k.n && y < k.n {
			k.at[i] = uint8(y*k.n + x)
			k.last = i
			k.want |= 1 << i
		}
	}
	return k, nil
}

// allocate makes the planes, or the coefficients of a progressive picture.
func (d *decoder) allocate() error {
	if need := d.Bytes(d.opt.Scale); d.opt.MaxBytes > 0 && need > d.opt.MaxBytes {
		return fmt.Errorf("%w: needs %d bytes of %d", ErrLimit, need, d.opt.MaxBytes)
	}
	n := d.kernel.n
	for _, p := range d.parts {
		h, v := int(p.h), int(p.v)
		c := component{part: p,
			wide: ceilDiv(d.Width, 8*d.hm) * h, high: ceilDiv(d.Height, 8*d.vm) * v,
			ownW: ceilDiv(d.Width*h, 8*d.hm), ownH: ceilDiv(d.Height*v, 8*d.vm)}
		c.stride = c.wide * n
		if !d.Progressive {
			c.pix = make([]uint8, c.stride*c.high*n)
		} else {
			c.coef = make([]int16, c.wide*c.high*n*n)
			if n > 1 {
				c.mask = make([]uint64, c.wide*c.high)
			}
		}
		d.comps = append(d.comps, c)
	}
	return nil
}

// image is the picture when all scans were read.
func (d *decoder) image() (*planar.Image, error) {
	scale := float64(d.opt.Scale)
	m := &planar.Image{W: float64(d.Width) / scale, H: float64(d.Height) / scale, SubX: 1, SubY: 1}
	for i := range d.comps {
		c := &d.comps[i]
		if d.Progressive {
			if err := d.transform(c); err != nil {
				return nil, err
			}
		}
		m.Planes = append(m.Planes, planar.Plane{Pix: c.pix, Stride: c.stride,
			W: ceilDiv(ceilDiv(d.Width*int(c.h), d.hm), d.opt.Scale),
			H: ceilDiv(ceilDiv(d.Height*int(c.v), d.vm), d.opt.Scale)})
		m.SubX, m.SubY = float64(d.hm/int(c.h)), float64(d.vm/int(c.v))
	}
	return m, nil
}

// transform makes the plane of a component from its coefficients, and lets go of these.
func (d *decoder) transform(c *component) error {
	k := &d.kernel
	n := k.n
	var step [64]int32
	for i, at := range k.at {
		if k.want>>i&1 != 0 {
			step[at] = c.step[i]
		}
	}
	c.pix = make([]uint8, c.stride*c.high*n)
	var b block
	for y := range c.high {
		if err := d.src.ctx.Err(); err != nil {
			return err
		}
		for x := range c.wide {
			i := y*c.wide + x
			coef := c.coef[i*n*n:][:n*n]
			b[0] = int32(coef[0]) * step[0]
			ac := n > 1 && c.mask[i]&k.want != 0
			if ac {
				for j := 1; j < len(coef); j++ {
					b[j&63] = int32(coef[j]) * step[j&63]
				}
			}
			k.put(&b, ac, c.pix[(y*c.stride+x)*n:], c.stride)
		}
	}
	c.coef, c.mask = nil, nil
	return nil
}
