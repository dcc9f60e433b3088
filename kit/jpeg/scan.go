package jpeg

import "fmt"

// component is one channel while it is decoded. Sizes are in blocks of 8×8 pixels, which are
// n×n samples here.
type component struct {
	part
	kernel     *kernel
	wide, high int // of the plane, whole MCUs
	ownW, ownH int // of a scan of this component alone (T.81, A.2.2)
	pix        []uint8
	stride     int
	step       [64]int32 // dequantisation, in zigzag order
	seen       bool      // a scan with its DC came

	// Progressive pictures only: n·n coefficients of each block that are wanted, and which
	// of all 64 are not zero, for refinements read a bit for each of them.
	coef []int16
	mask []uint64
}

// scan is what the scan header says (T.81, B.2.3).
type scan struct {
	ss, se int  // the band of coefficients, in zigzag order
	ah, al uint // bits that were left out until now, and that are left out after it
	units  []unit
	wide   int // MCUs
	high   int
}

// unit is one block of an MCU.
type unit struct {
	c      *component
	dc, ac *lookup
	pred   *int32 // the DC before, of the component
	x, y   int    // in the MCU
	h, v   int    // blocks of the component in an MCU
}

// block is where in the component the unit of the MCU at mx, my stands.
func (u *unit) block(mx, my int) (x, y int) { return mx*u.h + u.x, my*u.v + u.y }

// scan reads a scan header and the scan behind it.
func (d *decoder) scan(b []byte) error {
	if err := d.ready(); err != nil {
		return err
	}
	if d.scans++; d.opt.MaxScans > 0 && d.scans > d.opt.MaxScans {
		return fmt.Errorf("%w: more than %d scans", ErrLimit, d.opt.MaxScans)
	}
	if d.comps == nil {
		if err := d.allocate(); err != nil {
			return err
		}
	}
	s, err := d.scanHeader(b)
	if err != nil {
		return err
	}
	if d.Progressive && s.ss > 0 && s.units[0].c.kernel.n == 1 {
		return nil // nothing of it is wanted: the search for the next marker passes it
	}
	if err := d.tablesOf(s, b); err != nil {
		return err
	}
	d.in.src = d.src
	if err := d.in.start(d.interval); err != nil {
		return err
	}
	if err := d.blocks(s); err != nil {
		return err
	}
	if err := d.in.stop(); err != nil {
		return err
	}
	if m := d.in.marker; !isRestart(m) {
		d.ahead = m
	}
	return nil
}

func (d *decoder) blocks(s *scan) error {
	switch {
	case !d.Progressive:
		return d.baseline(s)
	case s.ss == 0:
		return d.progressiveDC(s)
	case s.ah == 0:
		return d.firstAC(s)
	default:
		return d.refineAC(s)
	}
}

// scanHeader reads the header. The order of scans is not checked: what comes twice or too early
// makes a wrong picture, but no harm.
func (d *decoder) scanHeader(b []byte) (*scan, error) {
	if len(b) < 4 || len(b) != 4+2*int(b[0]) || int(b[0]) > d.Components || b[0] == 0 {
		return nil, malformed("scan header of %d bytes", len(b))
	}
	n := int(b[0])
	band := b[1+2*n:]
	s := &scan{se: 63}
	if d.Progressive {
		s.ss, s.se, s.ah, s.al = int(band[0]), int(band[1]), uint(band[2]>>4), uint(band[2]&15)
		if s.se > 63 || s.ss > s.se || s.ss == 0 && s.se > 0 || s.ss > 0 && n > 1 || s.al > 13 || s.ah != 0 && s.ah != s.al+1 {
			return nil, malformed("scan of coefficients %d to %d, bits %d to %d", s.ss, s.se, s.ah, s.al)
		}
	}
	var taken [3]bool
	for i := range n {
		j, err := d.componentOf(b[1+2*i])
		if err != nil {
			return nil, err
		}
		if taken[j] {
			return nil, malformed("a component twice in a scan")
		}
		taken[j] = true
		s.add(&d.comps[j], n == 1)
	}
	s.wide, s.high = ceilDiv(d.Width, 8*d.hm), ceilDiv(d.Height, 8*d.vm)
	if n == 1 {
		s.wide, s.high = s.units[0].c.ownW, s.units[0].c.ownH
	}
	return s, nil
}

func (d *decoder) componentOf(id byte) (int, error) {
	for i := range d.comps {
		if d.comps[i].id == id {
			return i, nil
		}
	}
	return 0, malformed("a scan of the component %d, which is unknown", id)
}

// add appends the blocks that a component has in each MCU: one if it is alone (T.81, A.2.2).
func (s *scan) add(c *component, alone bool) {
	h, v := int(c.h), int(c.v)
	if alone {
		h, v = 1, 1
	}
	pred := new(int32)
	for y := range v {
		for x := range h {
			s.units = append(s.units, unit{c: c, pred: pred, x: x, y: y, h: h, v: v})
		}
	}
}

// tablesOf looks up the tables that the scan header names.
func (d *decoder) tablesOf(s *scan, b []byte) error {
	acUse := forAC
	if d.Progressive {
		acUse = forBand
	} else if min(d.kernels[0].n, d.kernels[1].n) < 8 {
		acUse = forACWithSkip
	}
	needDC := s.ss == 0 && s.ah == 0
	needAC := !d.Progressive || s.ss > 0
	for i := range s.units {
		u := &s.units[i]
		for j := 1; j <= 2*int(b[0]); j += 2 {
			if b[j] != u.c.id {
				continue
			}
			dc, ac := b[j+1]>>4, b[j+1]&15
			if dc > 3 || ac > 3 {
				return malformed("Huffman tables %d and %d", dc, ac)
			}
			if needDC {
				u.dc = d.dc[dc].lookup(forDC)
			}
			if needAC {
				u.ac = d.ac[ac].lookup(acUse)
			}
		}
		if needDC && u.dc == nil || needAC && u.ac == nil {
			return malformed("a scan without its Huffman table")
		}
		if s.ss == 0 && !u.c.seen {
			if !d.hasQuant[u.c.tq] {
				return malformed("a scan without its quantisation table")
			}
			u.c.seen, u.c.step = true, d.quant[u.c.tq]
		}
	}
	return nil
}
