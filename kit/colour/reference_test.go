package colour

import (
	"math"

	"superbook/kit/planar"
)

// rgbOf and yccOf are ITU-T T.871, section 7, for samples of 0 to 255, not rounded.
func rgbOf(y, cb, cr float64) vector {
	return vector{y + 1.402*(cr-128), y - 0.344136*(cb-128) - 0.714136*(cr-128), y + 1.772*(cb-128)}
}

func yccOf(c vector) vector {
	return vector{0.299*c[0] + 0.587*c[1] + 0.114*c[2],
		128 - 0.168736*c[0] - 0.331264*c[1] + 0.5*c[2], 128 + 0.5*c[0] - 0.418688*c[1] - 0.081312*c[2]}
}

// reference converts a colour of 0 to 255 to sRGB in floating point.
func (s space) reference() func(vector) vector {
	m := srgb.toXYZ().inverse().mul(s.toXYZ())
	clip := func(v float64) float64 { return min(max(v, 0), 1) }
	return func(c vector) (out vector) {
		for i := range c {
			c[i] = s.light(clip(c[i] / 255))
		}
		for i, v := range m.times(c) {
			if v = clip(v); v <= 0.0031308 {
				out[i] = 255 * 12.92 * v
			} else {
				out[i] = 255 * (1.055*math.Pow(v, 1/2.4) - 0.055)
			}
		}
		return out
	}
}

// filled is a picture whose samples come from a generator of numbers, brightness close to its neighbours.
func filled(w, h, subX, subY int) *planar.Image {
	cw, ch := (w+subX-1)/subX, (h+subY-1)/subY
	m := &planar.Image{Planes: []planar.Plane{planar.NewPlane(w, h), planar.NewPlane(cw, ch), planar.NewPlane(cw, ch)},
		W: float64(w), H: float64(h), SubX: float64(subX), SubY: float64(subY)}
	seed := uint32(7)
	for _, p := range m.Planes {
		for i := range p.Pix {
			seed = seed*1664525 + 1013904223
			p.Pix[i] = uint8(seed >> 24)
		}
	}
	return m
}

func clone(m *planar.Image) *planar.Image {
	c := *m
	c.Planes = nil
	for _, p := range m.Planes {
		p.Pix = append([]uint8(nil), p.Pix...)
		c.Planes = append(c.Planes, p)
	}
	return &c
}

// wanted is the whole conversion in floating point: a brightness for each pixel, the mean of colours.
func wanted(s space, m *planar.Image) (planes [3][]float64) {
	convert := s.reference()
	luma, subX, subY := m.Planes[0], int(m.SubX), int(m.SubY)
	planes[0] = make([]float64, luma.W*luma.H)
	for cy := range m.Planes[1].H {
		for cx := range m.Planes[1].W {
			var sum vector
			var n float64
			for y := cy * subY; y < min((cy+1)*subY, luma.H); y++ {
				for x := cx * subX; x < min((cx+1)*subX, luma.W); x++ {
					c := convert(rgbOf(float64(luma.Row(y)[x]), float64(m.Planes[1].Row(cy)[cx]), float64(m.Planes[2].Row(cy)[cx])))
					planes[0][y*luma.W+x] = yccOf(c)[0]
					sum, n = vector{sum[0] + c[0], sum[1] + c[1], sum[2] + c[2]}, n+1
				}
			}
			ycc := yccOf(vector{sum[0] / n, sum[1] / n, sum[2] / n})
			planes[1], planes[2] = append(planes[1], ycc[1]), append(planes[2], ycc[2])
		}
	}
	return planes
}
