package jpeg

// progressiveDC decodes the first scan of DC coefficients, or a further bit of them (T.81, G.1.2.1).
func (d *decoder) progressiveDC(s *scan) error {
	r := &d.in
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
				x, y := u.block(mx, my)
				n := u.c.kernel.n
				dc := &u.c.coef[(y*u.c.wide+x)*n*n]
				if s.ah != 0 {
					r.cursor = r.fill(r.buf)
					*dc |= int16(r.top(1) << s.al)
					r.cursor = r.drop(1)
					continue
				}
				b, diff, ok := r.difference(r.buf, u.dc)
				if !ok {
					return errCode
				}
				r.cursor = b
				*u.pred += diff
				*dc = int16(*u.pred << s.al)
			}
		}
	}
	return nil
}

// firstAC decodes the first scan of a band of AC coefficients (T.81, G.1.2.2).
func (d *decoder) firstAC(s *scan) error {
	r, c := &d.in, s.units[0].c
	k := c.kernel
	ends := 0 // blocks from here on that have nothing in this band
	for y := range s.high {
		if err := d.src.ctx.Err(); err != nil {
			return err
		}
		for x := 0; x < s.wide; {
			if r.left == 0 {
				if err := r.restart(); err != nil {
					return err
				}
				ends = 0
			}
			if ends > 0 {
				passed := min(ends, s.wide-x, r.left)
				ends, x, r.left = ends-passed, x+passed, r.left-passed
				continue
			}
			if r.pos > r.limit {
				if err := r.refill(); err != nil {
					return err
				}
			}
			i := y*c.wide + x
			more, ok := r.bandBlock(s, k, c.coef[i*k.n*k.n:][:k.n*k.n], &c.mask[i])
			if !ok {
				return errCode
			}
			ends = more
			x++
			r.left--
		}
	}
	return nil
}

// bandBlock reads the band of one block, and returns how many blocks after it have nothing.
func (r *scanReader) bandBlock(s *scan, k *kernel, coef []int16, mask *uint64) (ends int, ok bool) {
	pos, buf := r.cursor, r.buf
	ac, m := s.units[0].ac, *mask
	for i := s.ss; i <= s.se; i++ {
		if pos.n < 32 {
			pos = pos.fill(buf)
		}
		e := ac.value[pos.acc>>(64-valueBits)]
		v := int32(e) >> 16
		if length := uint(e & 255); length != 0 {
			pos = pos.drop(length)
			run := int(e >> 8 & 255)
			if run == endOfBlock {
				ends = int(v) - 1
				break
			}
			i += run
		} else {
			symbol, length := ac.slow(pos.acc)
			if symbol == noCode {
				return 0, false
			}
			pos = pos.drop(length)
			run, size := uint(symbol>>4), uint(symbol&15)
			if size == 0 && run != 15 {
				ends = 1<<run - 1
				if run > 0 {
					ends += int(pos.top(run))
				}
				pos = pos.drop(run)
				break
			}
			if v = 0; size != 0 {
				v = extend(pos.top(size), size)
			}
			pos = pos.drop(size)
			i += int(run)
		}
		if i > 63 {
			return 0, false
		}
		if v != 0 {
			m |= 1 << (i & 63)
			if at := int(k.at[i&63]); at < len(coef) {
				coef[at] = int16(v << s.al)
			}
		}
	}
	r.cursor, *mask = pos, m
	return ends, true
}
