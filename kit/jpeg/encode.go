package jpeg

import (
	"fmt"

	"superbook/kit/planar"
)

// encMaxSide is as much as a frame header can say (T.81, section B.2.2).
const encMaxSide = 65535

// Encode returns the picture as a baseline JPEG file with a JFIF header and nothing else beside
// the picture: three planes in 4:2:0 or 4:4:4, or one of grey. The quality is that of libjpeg,
// from 1 to 100. Errors are pictures without or with too many samples, and other ratios of planes.
// The file has as many pixels as Y has samples, even if the last one is only in part the picture's.
//
// A picture is cut into blocks of eight by eight samples. Each is transformed to 64 coefficients
// (T.81, section A.3.3: fdct.go), which are divided by steps that are larger where the eye sees
// less (section A.3.4: encode_quant.go): most become zero. What remains is a list of tokens, each
// a Huffman symbol and some bits (section F.1.2: encode_block.go). When all are known, so is the
// best Huffman code for them (section K.2: encode_huffman.go), and they are written
// (encode_bits.go).
func Encode(m *planar.Image, quality int) ([]byte, error) {
	e, err := newEncoder(m)
	if err != nil {
		return nil, err
	}
	if quality < 1 || quality > 100 {
		return nil, fmt.Errorf("jpeg: encode with quality %d", quality)
	}
	for i := range e.quant {
		e.quant[i] = newEncQuant(&stdQuant[i], quality)
	}
	e.scan()
	return e.file(), nil
}

type encoder struct {
	planes []planar.Plane
	unit   *encUnit
	quant  [2]encQuant
	coef   [64]int64
	before [3]int32 // the first coefficient of each plane's last block
	tokens []uint32
	freq   [encTables << 8]uint32 // how often each symbol occurs
}

// encUnit is what is transformed at a time: the blocks of one minimum coded unit (T.81, section
// A.2), or two units side by side where one is one block. Blocks are in pairs, for fdct does two.
type encUnit struct {
	w, h     int // in samples of Y
	blocks   [][2]encPlace
	sampling byte // of Y in the frame header: across, down
}

// encPlace is where a block stands: in which plane, and how many blocks from the unit's first.
type encPlace struct{ plane, x, y int }

// encNone is the place of no block.
var encNone = encPlace{plane: -1}

var (
	encUnit420  = encUnit{16, 16, [][2]encPlace{{{0, 0, 0}, {0, 1, 0}}, {{0, 0, 1}, {0, 1, 1}}, {{1, 0, 0}, {2, 0, 0}}}, 0x22}
	encUnit444  = encUnit{8, 8, [][2]encPlace{{{0, 0, 0}, encNone}, {{1, 0, 0}, {2, 0, 0}}}, 0x11}
	encUnitGrey = encUnit{16, 8, [][2]encPlace{{{0, 0, 0}, {0, 1, 0}}}, 0x11}
)

func newEncoder(m *planar.Image) (*encoder, error) {
	e := &encoder{planes: m.Planes}
	var sub int
	switch {
	case len(m.Planes) == 1:
		e.unit = &encUnitGrey
	case len(m.Planes) == 3 && m.SubX == 2 && m.SubY == 2:
		e.unit, sub = &encUnit420, 2
	case len(m.Planes) == 3 && m.SubX == 1 && m.SubY == 1:
		e.unit, sub = &encUnit444, 1
	default:
		return nil, fmt.Errorf("jpeg: encode %d planes of %gx%g", len(m.Planes), m.SubX, m.SubY)
	}
	y := m.Planes[0]
	if min(y.W, y.H) < 1 || max(y.W, y.H) > encMaxSide {
		return nil, fmt.Errorf("jpeg: encode %dx%d", y.W, y.H)
	}
	for _, p := range m.Planes[1:] {
		if p.W != (y.W+sub-1)/sub || p.H != (y.H+sub-1)/sub {
			return nil, fmt.Errorf("jpeg: encode colours of %dx%d for %dx%d", p.W, p.H, y.W, y.H)
		}
	}
	e.tokens = make([]uint32, 0, y.W*y.H/4+encBlockTokens)
	return e, nil
}

// scan makes the tokens of all blocks, in the order of the file.
func (e *encoder) scan() {
	y := e.planes[0]
	across, down := (y.W+e.unit.w-1)/e.unit.w, (y.H+e.unit.h-1)/e.unit.h
	for v := range down {
		for u := range across {
			for _, pair := range e.unit.blocks {
				e.pair(pair, u, v)
			}
		}
	}
}

// file puts headers and tokens together.
func (e *encoder) file() []byte {
	words := new(encWords)
	var codes []encHuffman
	for table := range encTables {
		if table >= encColourDC && len(e.planes) == 1 {
			break
		}
		code := newEncHuffman((*[256]uint32)(e.freq[table<<8:]))
		code.fill(words, table)
		codes = append(codes, code)
	}
	b := encBits{out: e.header(codes, e.size(words))}
	b.write(e.tokens, words)
	return append(b.finish(), 0xff, 0xd9) // EOI
}

// size is about how many bytes the tokens will be; zeros after 0xff make a few more.
func (e *encoder) size(words *encWords) int {
	n := 0
	for i, f := range e.freq {
		n += int(f) * int(words[i]&0xff)
	}
	return n/8 + n/8/64
}
