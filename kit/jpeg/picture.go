package jpeg

import (
	"fmt"
	"slices"

	"superbook/kit/planar"
)

// kernel says what is wanted of each block.
type kernel struct {
	n    int       // samples a side, see Eighths
	at   [64]uint8 // where in n×n the coefficient k in zigzag order stands; unwanted: nowhere
	last int       // the highest k that is wanted
	want uint64    // bit k: wanted
}

func newKernel(n int) (*kernel, error) {
	if !slices.Contains([]int{1, 2, 3, 4, 8}, n) {
		return nil, fmt.Errorf("jpeg: %d eighths", n)
	}
	k := &kernel{n: n}
	for i, z := range zigzag {
		x, y := int(z)%8, int(z)/8
		k.at[i] = unwanted
		if x < n && y < n {
			k.at[i] = uint8(y*n + x)
			k.last = i
			k.want |= 1 << i
		}
	}
	return k, nil
}

// allocate makes the planes, or the coefficients of a progressive picture.
func (d *decoder) allocate() error {
	if need := d.Bytes(d.opt.Eighths); d.opt.MaxBytes > 0 && need > d.opt.MaxBytes {
		return fmt.Errorf("%w: needs %d bytes of %d", ErrLimit, need, d.opt.MaxBytes)
	}
	for i, p := range d.parts {
		k := d.kernels[min(i, 1)]
		h, v := int(p.h), int(p.v)
		c := component{part: p, kernel: k,
			wide: ceilDiv(d.Width, 8*d.hm) * h, high: ceilDiv(d.Height, 8*d.vm) * v,
			ownW: ceilDiv(d.Width*h, 8*d.hm), ownH: ceilDiv(d.Height*v, 8*d.vm)}
		c.stride = c.wide * k.n
		if !d.Progressive {
			c.pix = make([]uint8, c.stride*c.high*k.n)
		} else {
			c.coef = make([]int16, c.wide*c.high*k.n*k.n)
			if k.n > 1 {
				c.mask = make([]uint64, c.wide*c.high)
			}
		}
		d.comps = append(d.comps, c)
	}
	return nil
}

// image is the picture when all scans were read.
func (d *decoder) image() (*planar.Image, error) {
	n := d.kernels[0].n
	m := &planar.Image{W: float64(d.Width*n) / 8, H: float64(d.Height*n) / 8}
	for i := range d.comps {
		c := &d.comps[i]
		if d.Progressive {
			if err := d.transform(c); err != nil {
				return nil, err
			}
		}
		m.Planes = append(m.Planes, planar.Plane{Pix: c.pix, Stride: c.stride,
			W: ceilDiv(ceilDiv(d.Width*int(c.h), d.hm)*c.kernel.n, 8),
			H: ceilDiv(ceilDiv(d.Height*int(c.v), d.vm)*c.kernel.n, 8)})
		finer := float64(n) / float64(c.kernel.n)
		m.SubX, m.SubY = float64(d.hm/int(c.h))*finer, float64(d.vm/int(c.v))*finer
	}
	return m, nil
}

// transform makes the plane of a component from its coefficients, and lets go of these.
func (d *decoder) transform(c *component) error {
	k, n := c.kernel, c.kernel.n
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
