package planar

import (
	"context"
	"math/bits"
)

// cell is the sum of the pixels that become one sample of Y.
type cell struct{ r, g, b, n int }

func (c cell) plus(d cell) cell { return cell{c.r + d.r, c.g + d.g, c.b + d.b, c.n + d.n} }

// The conversion of JFIF (ITU-T T.871, section 7), as whole numbers of 1<<16. Those of one
// line add up to exactly 1<<16 or to 0, so that grey stays grey.
const (
	yR, yG, yB = 19595, 38470, 7471

	cbR, cbG, cbB = -11058, -21710, 1 << 15
	crR, crG, crB = 1 << 15, -27439, -5329
)

func (c cell) y() uint8 { return c.sample(yR*c.r + yG*c.g + yB*c.b) }

func (c cell) cb() uint8 { return c.sample(cbR*c.r + cbG*c.g + cbB*c.b + c.n*128<<16) }

func (c cell) cr() uint8 { return c.sample(crR*c.r + crG*c.g + crB*c.b + c.n*128<<16) }

// sample rounds a sum over the cell; pure blue and red would be 256.
func (c cell) sample(sum int) uint8 {
	return uint8(min(mean(sum+c.n<<15, c.n)>>16, 255))
}

// mean divides a sum that is not negative; n is a power of two in all cells but those at an edge.
func mean(sum, n int) int {
	if n&(n-1) == 0 {
		return sum >> bits.TrailingZeros(uint(n))
	}
	return sum / n
}

// fromRows shrinks rows of pixels: two rows of cells at a time, which give one row of colour.
func fromRows(ctx context.Context, from *rows, n int) (*Image, error) {
	out := newShrunk(from.w, from.h, n, from.grey)
	luma := out.Planes[0]
	cells := [2][]cell{make([]cell, luma.W), make([]cell, luma.W)}
	for y := 0; y < luma.H; y += 2 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, line := range cells {
			clear(line)
			if y+i == luma.H {
				break
			}
			for v := (y + i) * n; v < min((y+i+1)*n, from.h); v++ {
				addPixels(line, from.row(v), n)
			}
			row := luma.Row(y + i)
			for x, c := range line {
				row[x] = c.y()
			}
		}
		if !from.grey {
			colourRow(out.Planes[1].Row(y/2), out.Planes[2].Row(y/2), cells)
		}
	}
	return out, nil
}

func addPixels(line []cell, row []rgb, n int) {
	for x := range line {
		c := &line[x]
		pixels := row[x*n : min(x*n+n, len(row))]
		for _, p := range pixels {
			c.r += int(p[0])
			c.g += int(p[1])
			c.b += int(p[2])
		}
		c.n += len(pixels)
	}
}

// colourRow takes the mean of two by two cells; beyond the edge are none.
func colourRow(cb, cr []uint8, cells [2][]cell) {
	for x := range cb {
		c := cells[0][2*x].plus(cells[1][2*x])
		if 2*x+1 < len(cells[0]) {
			c = c.plus(cells[0][2*x+1]).plus(cells[1][2*x+1])
		}
		cb[x], cr[x] = c.cb(), c.cr()
	}
}
