package photo

import (
	"encoding/binary"
	"errors"
)

// walkGIF goes as far as the end of the first frame: that is all that is ever
// decoded. Behind it, it only looks whether there is another one.
func walkGIF(c *cursor, lim Limits, in *Info) error {
	b, err := c.next(13)
	if err != nil {
		return err
	}
	if v := string(b[:6]); v != "GIF87a" && v != "GIF89a" {
		return refuse(Unreadable, "version %q", v)
	}
	table := colourTable(b[10])
	if err := in.setSize(u16(b[6:]), u16(b[8:]), lim); err != nil {
		return err
	}
	if err := c.skip(table); err != nil {
		return err
	}
	if err := toFrame(c); err != nil {
		return err
	}
	if err := gifFrame(c, in); err != nil {
		return err
	}
	err = toFrame(c)
	in.Moving = err == nil
	if r := (*Refusal)(nil); errors.As(err, &r) { // what comes after the first frame need not be right
		return nil
	}
	return err
}

// toFrame goes past extensions to where the next frame begins.
func toFrame(c *cursor) error {
	const extension, frame, trailer = 0x21, 0x2c, 0x3b
	for {
		b, err := c.next(1)
		if err != nil {
			return err
		}
		switch b[0] {
		case extension:
			if err := c.skip(1); err != nil {
				return err
			}
			if err := skipSubBlocks(c); err != nil {
				return err
			}
		case frame:
			return nil
		case trailer:
			return refuse(Unreadable, "no frame")
		default:
			return refuse(Unreadable, "block 0x%02x", b[0])
		}
	}
}

func gifFrame(c *cursor, in *Info) error {
	b, err := c.next(9)
	if err != nil {
		return err
	}
	left, top, w, h := u16(b), u16(b[2:]), u16(b[4:]), u16(b[6:])
	if w == 0 || h == 0 || left+w > in.raw.w || top+h > in.raw.h {
		return refuse(Unreadable, "frame %dx%d at %d,%d of %dx%d", w, h, left, top, in.raw.w, in.raw.h)
	}
	const codeSize = 1
	if err := c.skip(colourTable(b[8]) + codeSize); err != nil {
		return err
	}
	if err := skipSubBlocks(c); err != nil {
		return err
	}
	in.end = c.off
	in.libraryBytes = gifBytes(size{w, h})
	return nil
}

func skipSubBlocks(c *cursor) error {
	for {
		b, err := c.next(1)
		if err != nil {
			return err
		}
		if b[0] == 0 {
			return nil
		}
		if err := c.skip(int64(b[0])); err != nil {
			return err
		}
	}
}

// colourTable returns the bytes of the table that a flags byte announces.
func colourTable(flags byte) int64 {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (1 + flags&7)
}

func u16(b []byte) int { return int(binary.LittleEndian.Uint16(b)) }
