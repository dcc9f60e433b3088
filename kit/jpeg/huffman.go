package jpeg

const (
	valueBits = 11 // of the tables value and symbol
	skipBits  = 12 // of the table skip

	noCode     = 0xffff // as a symbol: no code begins so
	endOfBlock = 64     // as a run: further than any block goes
)

// huffman is one table: as it was defined, and built for a use.
type huffman struct {
	counts [16]uint8 // of codes of 1 to 16 bits
	vals   [256]uint8
	known  bool
	use    tableUse
	built  *lookup
}

type tableUse uint8

const (
	unused        tableUse = iota
	forDC                  // symbols are the sizes of differences
	forAC                  // run and size, end of block
	forACWithSkip          // the same, and the skip table too
	forBand                // progressive: runs of ends of blocks
)

// lookup answers for the next bits what they mean. Most codes are short, and so are their extra
// bits: for these one look gives the value itself.
type lookup struct {
	// value: bits 0-7 are how many bits code and extra bits have, 0 if more than valueBits; 8-15
	// the run of zeros before, or endOfBlock; 16-31 the signed value, or how many blocks end.
	value [1 << valueBits]uint32
	// skip takes as many whole symbols as there are in skipBits bits: bits 0-4 are how many bits
	// that is, 5-14 how many coefficients, and 15 says that the block ends.
	skip [1 << skipBits]uint16
	// symbol: code length<<8 | symbol, for codes of at most valueBits.
	symbol [1 << valueBits]uint16
	// For longer codes: of each length the first code that is beyond it, with zeros to 16 bits,
	// and what to add to a code for its place in vals (T.81, F.2.2.3).
	beyond [17]uint32
	delta  [17]int32
	vals   [256]uint8
}

// define takes counts and values, checks that they are a prefix code, and returns their length.
func (h *huffman) define(b []byte) (int, error) {
	n, code := 0, 0
	for i, c := range b[:16] {
		n += int(c)
		if code = code<<1 + int(c); code > 2<<i {
			return 0, malformed("more Huffman codes of %d bits than there are", i+1)
		}
	}
	if n > 256 || len(b) < 16+n {
		return 0, malformed("%d Huffman codes in %d bytes", n, len(b)-16)
	}
	h.known, h.use = true, unused
	copy(h.counts[:], b)
	clear(h.vals[:])
	copy(h.vals[:], b[16:16+n])
	return 16 + n, nil
}

// lookup returns the table built for that use, or nil if none was defined.
func (h *huffman) lookup(use tableUse) *lookup {
	if !h.known {
		return nil
	}
	if h.use == use {
		return h.built
	}
	if h.built == nil {
		h.built = new(lookup)
	}
	h.use = use
	h.built.codes(h)
	for i := range h.built.value {
		h.built.value[i] = h.built.valueOf(uint32(i), use)
	}
	if use == forACWithSkip {
		for i := range h.built.skip {
			h.built.skip[i] = h.built.skipOf(uint32(i))
		}
	}
	return h.built
}

// codes numbers the codes (T.81, annex C).
func (t *lookup) codes(h *huffman) {
	t.vals = h.vals
	clear(t.symbol[:])
	code, k := uint32(0), 0
	for i, c := range h.counts {
		l := i + 1
		t.delta[l] = int32(k) - int32(code)
		for range c {
			if l <= valueBits {
				first := code << (valueBits - l)
				for j := range uint32(1) << (valueBits - l) {
					t.symbol[first+j] = uint16(l)<<8 | uint16(h.vals[k])
				}
			}
			code++
			k++
		}
		t.beyond[l] = code << (16 - l)
		code <<= 1
	}
}

// valueOf is the entry of value for these bits.
func (t *lookup) valueOf(i uint32, use tableUse) uint32 {
	l, run, size := uint32(t.symbol[i]>>8), uint32(t.symbol[i]>>4&15), uint32(t.symbol[i]&15)
	if use == forDC {
		run, size = 0, uint32(t.symbol[i]&255)
	}
	ends := use != forDC && size == 0 && run != 15
	extra := size
	if ends && use == forBand {
		extra = run
	}
	if l == 0 || l+extra > valueBits {
		return 0
	}
	v := i >> (valueBits - l - extra) & (1<<extra - 1)
	if ends {
		return (1<<extra+v)<<16 | endOfBlock<<8 | (l + extra)
	}
	return uint32(uint16(extend(v, uint(extra))))<<16 | run<<8 | (l + extra)
}

// skipOf is the entry of skip for these bits.
func (t *lookup) skipOf(i uint32) uint16 {
	used, coefs := uint32(0), uint32(0)
	for used < skipBits {
		s := t.symbol[i<<used&(1<<skipBits-1)>>(skipBits-valueBits)]
		l, run, size := uint32(s>>8), uint32(s>>4&15), uint32(s&15)
		if l == 0 || used+l+size > skipBits {
			break
		}
		if size == 0 && run != 15 {
			return uint16(used+l) | uint16(coefs)<<5 | 1<<15
		}
		used += l + size
		coefs += run + 1
	}
	return uint16(used) | uint16(coefs)<<5
}

// slow finds the symbol of any code, and its length: (noCode, 16) if there is none.
func (t *lookup) slow(acc uint64) (symbol uint32, length uint) {
	if s := t.symbol[acc>>(64-valueBits)]; s != 0 {
		return uint32(s & 0xff), uint(s >> 8)
	}
	c := uint32(acc >> 48)
	for l := valueBits + 1; l <= 16; l++ {
		if c < t.beyond[l] {
			return uint32(t.vals[uint8(int32(c>>(16-l))+t.delta[l])]), uint(l)
		}
	}
	return noCode, 16
}
