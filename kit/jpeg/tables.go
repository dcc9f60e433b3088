package jpeg

// quantTables reads a DQT segment: steps of 8 or 16 bits, in zigzag order (T.81, B.2.4.1).
func (d *decoder) quantTables(b []byte) error {
	for len(b) > 0 {
		wide, id := int(b[0]>>4), b[0]&15
		b = b[1:]
		if wide > 1 || id > 3 || len(b) < 64<<wide {
			return malformed("quantisation table %d", id)
		}
		for i := range d.quant[id] {
			if wide == 1 {
				d.quant[id][i] = int32(b[2*i])<<8 | int32(b[2*i+1])
			} else {
				d.quant[id][i] = int32(b[i])
			}
		}
		d.hasQuant[id] = true
		b = b[64<<wide:]
	}
	return nil
}

// huffmanTables reads a DHT segment (T.81, B.2.4.2). What loops want is built only for a scan
// that uses the table, so that a file of nothing but tables costs little.
func (d *decoder) huffmanTables(b []byte) error {
	for len(b) > 0 {
		class, id := b[0]>>4, b[0]&15
		if class > 1 || id > 3 || len(b) < 17 {
			return malformed("Huffman table %d of class %d", id, class)
		}
		h := &d.dc[id]
		if class == 1 {
			h = &d.ac[id]
		}
		n, err := h.define(b[1:])
		if err != nil {
			return err
		}
		b = b[1+n:]
	}
	return nil
}

// restartInterval reads a DRI segment (T.81, B.2.4.4).
func (d *decoder) restartInterval(b []byte) error {
	if len(b) != 2 {
		return malformed("restart interval of %d bytes", len(b))
	}
	d.interval = int(b[0])<<8 | int(b[1])
	return nil
}
