package jpeg

import "math/bits"

// refineAC decodes one more bit of a band of AC coefficients (T.81, G.1.2.3).
func (d *decoder) refineAC(s *scan) error {
	r, c := &d.in, s.units[0].c
	k := c.kernel
	band := ^uint64(0) >> (63 - s.se) >> s.ss << s.ss
	ends := 0
	for y := range s.high {
		if err := d.src.ctx.Err(); err != nil {
			return err
		}
		for x := range s.wide {
			if r.left == 0 {
				if err := r.restart(); err != nil {
					return err
				}
				ends = 0
			}
			r.left--
			i := y*c.wide + x
			if ends > 0 && c.mask[i]&band == 0 { // nothing that a bit could be for
				ends--
				continue
			}
			if r.pos > r.limit {
				if err := r.refill(); err != nil {
					return err
				}
			}
			more, ok := r.refineBlock(s, k, c.coef[i*k.n*k.n:][:k.n*k.n], &c.mask[i], c.mask[i]&band, ends)
			if !ok {
				return errCode
			}
			ends = more
		}
	}
	return nil
}

// refineBlock reads the bits of one block. The coefficients in old are not zero yet and get a bit
// each; between these bits stand codes for coefficients that become ±1 now. It returns how many
// blocks after it have none of the latter.
func (r *scanReader) refineBlock(s *scan, k *kernel, coef []int16, mask *uint64, old uint64, ends int) (int, bool) {
	pos, buf := r.cursor, r.buf
	ac, m := s.units[0].ac, *mask
	i := s.ss
	for ends == 0 && i <= s.se {
		if pos.n < 32 {
			pos = pos.fill(buf)
		}
		var run int
		var v int32
		if e := ac.value[pos.acc>>(64-valueBits)]; e&255 != 0 {
			pos = pos.drop(uint(e & 255))
			run, v = int(e>>8&255), int32(e)>>16
		} else {
			var ok bool
			if pos, run, v, ok = pos.slowRefinement(ac); !ok {
				return 0, false
			}
		}
		if run == endOfBlock {
			ends = int(v)
			break
		}
		// The coefficient is the one behind run others that are zero, from i on.
		// Each that is not zero on the way puts it one further, until there are no more.
		after, to := old>>i, run
		if after != 0 {
			zeros := ^after
			for range run {
				zeros &= zeros - 1
			}
			to = bits.TrailingZeros64(zeros)
		}
		to += i
		if passed := old >> i << i &^ (^uint64(0) << to); passed != 0 {
			pos = k.correct(pos, buf, passed, coef, s.al)
		}
		if v != 0 {
			if to > s.se || v*v != 1 {
				return 0, false
			}
			m |= 1 << to
			if at := int(k.at[to&63]); at < len(coef) {
				coef[at] = int16(v << s.al)
			}
		}
		i = to + 1
	}
	if ends > 0 {
		ends--
		if rest := old >> i << i; rest != 0 {
			pos = k.correct(pos, buf, rest, coef, s.al)
		}
	}
	r.cursor, *mask = pos, m
	return ends, true
}

// slowRefinement reads what the table of values does not have.
func (b cursor) slowRefinement(t *lookup) (_ cursor, run int, v int32, ok bool) {
	symbol, length := t.slow(b.acc)
	b = b.drop(length)
	run, size := int(symbol>>4), uint(symbol&15)
	switch {
	case symbol == noCode || size > 1:
		return b, 0, 0, false
	case size == 1:
		return b.drop(1), run, extend(b.top(1), 1), true
	case run == 15:
		return b, run, 0, true
	case run == 0:
		return b, endOfBlock, 1, true
	default:
		return b.drop(uint(run)), endOfBlock, 1<<run + int32(b.top(uint(run))), true
	}
}

// correct reads a bit for each coefficient of the set, and makes those greater whose bit is 1, as
// far as they are wanted.
func (k *kernel) correct(b cursor, buf []byte, set uint64, coef []int16, al uint) cursor {
	if low := set & (1<<32 - 1); low != set && low != 0 { // no more bits at once than fill gives
		b = k.correct(b, buf, low, coef, al)
		set &^= low
	}
	n := uint(bits.OnesCount64(set))
	if b.n < n {
		b = b.fill(buf)
	}
	if b.top(n) != 0 {
		for left := set & k.want; left != 0; left &= left - 1 {
			before := bits.OnesCount64(set & (left&-left - 1))
			if b.acc<<(before&63)>>63 == 0 {
				continue
			}
			if at := int(k.at[bits.TrailingZeros64(left)&63]); at < len(coef) {
				coef[at] += (coef[at]>>15 | 1) << al // away from zero
			}
		}
	}
	return b.drop(n)
}
