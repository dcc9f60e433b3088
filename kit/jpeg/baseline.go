package jpeg

// baseline decodes a sequential scan, block by block to samples (T.81, F.2).
func (d *decoder) baseline(s *scan) error {
	r := &d.in
	var b block
	for my := range s.high {
		if err := d.src.ctx.Err(); err != nil {
			return err
		}
		for mx := range s.wide {
			if r.left == 0 {
				if err := s.restart(r); err != nil {
					return err
				}
			}
			r.left--
			for i := range s.units {
				u := &s.units[i]
				if r.pos > r.limit {
					if err := r.refill(); err != nil {
						return err
					}
				}
				k := u.c.kernel
				last := r.block(u, k, &b)
				if last < 0 {
					return errCode
				}
				x, y := u.block(mx, my)
				k.put(&b, last > 0, u.c.pix[(y*u.c.stride+x)*k.n:], u.c.stride)
			}
		}
	}
	return nil
}

// restart goes to the next interval, where prediction begins anew.
func (s *scan) restart(r *scanReader) error {
	for i := range s.units {
		*s.units[i].pred = 0
	}
	return r.restart()
}

var errCode = malformed("no Huffman code, or a coefficient beyond the block")

// block reads one block into b, dequantised, and returns the index of the last coefficient that
// it stored, or -1 if there is no such code. It is long because all of it is the inner loop of
// decoding: what is called from here inlines, but for the ways that are seldom taken.
func (r *scanReader) block(u *unit, k *kernel, b *block) int {
	pos, buf := r.cursor, r.buf
	step := &u.c.step
	pos, diff, ok := pos.difference(buf, u.dc)
	*u.pred += diff
	b[0] = *u.pred * step[0]
	last, i := 0, 1
	for ac := u.ac; i <= k.last; i++ {
		if pos.n < 32 {
			pos = pos.fill(buf)
		}
		e := ac.value[pos.acc>>(64-valueBits)]
		if length := uint(e & 255); length != 0 {
			pos = pos.drop(length)
			i += int(e >> 8 & 255)
			if i > 63 { // the end of the block, for valid data
				r.cursor = pos
				return last
			}
			b[k.at[i&63]] = int32(e) >> 16 * step[i&63]
			last = i
			continue
		}
		symbol, length := ac.slow(pos.acc)
		pos = pos.drop(length)
		run, size := int(symbol>>4), uint(symbol&15)
		if size == 0 && run == 0 { // a longer code for the end of the block
			r.cursor = pos
			return last
		}
		if i += run; i > 63 {
			return -1
		}
		if size != 0 {
			b[k.at[i&63]] = extend(pos.top(size), size) * step[i&63]
			last = i
			pos = pos.drop(size)
		}
	}
	if i < 64 {
		pos, ok = pos.skipAC(buf, u.ac, i)
	}
	if r.cursor = pos; !ok {
		return -1
	}
	return last
}

// difference reads what a DC differs by from the one before (T.81, F.2.2.1).
func (b cursor) difference(buf []byte, t *lookup) (_ cursor, diff int32, ok bool) {
	b = b.fill(buf)
	e := t.value[b.acc>>(64-valueBits)]
	if length := uint(e & 255); length != 0 {
		return b.drop(length), int32(e) >> 16, true
	}
	symbol, length := t.slow(b.acc)
	if symbol > 15 {
		return b, 0, false
	}
	b = b.drop(length)
	if symbol == 0 {
		return b, 0, true
	}
	return b.drop(uint(symbol)), extend(b.top(uint(symbol)), uint(symbol)), true
}

// skipAC passes the coefficients from i to the end of the block, several with one look.
func (b cursor) skipAC(buf []byte, t *lookup, i int) (_ cursor, ok bool) {
	for i < 64 {
		if b.n < 32 {
			b = b.fill(buf)
		}
		e := t.skip[b.acc>>(64-skipBits)]
		if to := i + int(e>>5&1023); e != 0 && to < 64 {
			b = b.drop(uint(e & 31))
			if i = to; e>>15 != 0 {
				return b, true
			}
			continue
		}
		symbol, length := t.slow(b.acc)
		if symbol == noCode {
			return b, false
		}
		b = b.drop(length + uint(symbol&15))
		if symbol&15 == 0 && symbol>>4 != 15 {
			return b, true
		}
		i += int(symbol>>4) + 1
	}
	return b, true
}
