package jpeg

// encJFIF is the segment that says so (ITU-T T.871, section 10.1): version 1.2, pixels
// that are square, no thumbnail.
const encJFIF = "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"

// header returns all that goes before the bits of the scan, with room for size bytes behind it.
func (e *encoder) header(codes []encHuffman, size int) []byte {
	const most = 1 << 11                                // a header of four full tables
	o := append(make([]byte, 0, most+size), 0xff, 0xd8) // SOI
	o = encSegment(o, 0xe0, []byte(encJFIF))            // APP0
	o = encSegment(o, 0xdb, e.quantTables())            // DQT
	o = encSegment(o, 0xc0, e.frame())                  // SOF0, baseline
	o = encSegment(o, 0xc4, encHuffmanTables(codes))    // DHT
	return encSegment(o, 0xda, e.scanHeader())          // SOS
}

// encSegment appends a marker and its data, whose length counts itself (T.81, section B.1.1.4).
func encSegment(o []byte, marker byte, data []byte) []byte {
	n := len(data) + 2
	o = append(o, 0xff, marker, byte(n>>8), byte(n))
	return append(o, data...)
}

// quantTables are the steps of eight bits (T.81, section B.2.4.1): for brightness, and for colour.
func (e *encoder) quantTables() (o []byte) {
	for i := range min(len(e.planes), 2) {
		o = append(o, byte(i))
		o = append(o, e.quant[i].step[:]...)
	}
	return o
}

// frame is the frame header (T.81, section B.2.2).
func (e *encoder) frame() []byte {
	p := e.planes[0]
	o := []byte{8, byte(p.H >> 8), byte(p.H), byte(p.W >> 8), byte(p.W), byte(len(e.planes))}
	for i := range e.planes {
		sampling := byte(0x11)
		if i == 0 {
			sampling = e.unit.sampling
		}
		o = append(o, byte(i+1), sampling, byte(min(i, 1)))
	}
	return o
}

// encHuffmanTables are all codes in one segment (T.81, section B.2.4.2).
func encHuffmanTables(codes []encHuffman) (o []byte) {
	for table, code := range codes {
		o = append(o, byte(table&1<<4|table>>1)) // class and number
		o = append(o, code.counts[:]...)
		o = append(o, code.symbols...)
	}
	return o
}

// scanHeader is the header of the only scan (T.81, section B.2.3): all
// planes, all coefficients, whole.
func (e *encoder) scanHeader() []byte {
	o := []byte{byte(len(e.planes))}
	for i := range e.planes {
		o = append(o, byte(i+1), byte(min(i, 1)*0x11))
	}
	return append(o, 0, 63, 0)
}
