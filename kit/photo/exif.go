package photo

import "encoding/binary"

const orientationTag = 0x0112

// exifOrientation reads the orientation out of a TIFF block, which is what EXIF is.
// Whatever is odd about the block, the answer is a plain 1: pictures are not refused for it.
func exifOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	return findOrientation(b[at:], order)
}

func findOrientation(dir []byte, order binary.ByteOrder) int {
	const entry = 12
	n := int(order.Uint16(dir))
	for dir = dir[2:]; n > 0 && len(dir) >= entry; n, dir = n-1, dir[entry:] {
		const short = 3
		if order.Uint16(dir) != orientationTag || order.Uint16(dir[2:]) != short {
			continue
		}
		if o := int(order.Uint16(dir[8:])); o >= 1 && o <= 8 {
			return o
		}
	}
	return 1
}
