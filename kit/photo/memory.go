package photo

// How many bytes a picture costs where a library decodes it. Each formula follows what the decoder in
// question allocates at most, read in its source and checked by TestBytesAreHonest against
// runtime.MemStats.TotalAlloc, which counts everything ever allocated: the garbage
// collector may be as late as it likes, and the figure still holds.

// decoderOverhead covers buffers, Huffman tables and zlib windows.
const decoderOverhead = 1 << 20

// jpegBytes: a byte for each sample; a progressive file also keeps each coefficient as an
// int32 to its end; CMYK and RGB are copied into a second picture of four bytes a pixel.
func jpegBytes(samples, pixels int64, progressive, copied bool) int64 {
	n := samples
	if progressive {
		n += 4 * samples
	}
	if copied {
		n += 4 * pixels
	}
	return n + decoderOverhead
}

// pngBytes: the picture in the type that the decoder chooses, two rows, and for Adam7 the
// seven passes, which together measure one picture more.
func pngBytes(s size, depth, kind byte, transparent, interlaced bool) int64 {
	perPixel := map[byte]int64{pngGrey: 1, pngPalette: 1, pngRGB: 4, pngGreyAlpha: 4, pngRGBA: 4}[kind]
	if transparent && kind == pngGrey {
		perPixel = 4
	}
	if depth == 16 {
		perPixel *= 2
	}
	n := s.pixels() * perPixel
	if interlaced {
		n *= 2
	}
	const rows = 2
	// The eighth of slack is for rows of passes, rounded up seven times over.
	return n + n/8 + rows*8*int64(s.w) + decoderOverhead
}

// gifBytes: one byte for each pixel of the first frame, and again to undo interlacing.
func gifBytes(frame size) int64 { return 2*frame.pixels() + decoderOverhead }

// webpBytes: lossy is 4:2:0 in blocks of 16, its data read whole, its filter parameters kept; alpha
// is a lossless picture of its own and then a plane. Lossless is four bytes a pixel, twice
// with a palette, and a quarter of that for each of four tile pictures. Its Huffman trees
// are the trap: 2,600 groups may be had for little data (16 symbols a byte).
func webpBytes(s size, file int64, lossless, alpha bool) int64 {
	n := file + decoderOverhead
	if !lossless {
		blocks := ceilDiv(s.w, 16) * ceilDiv(s.h, 16)
		n += blocks * (16*16*3/2 + 8)
	}
	if alpha {
		n += s.pixels()
	}
	if lossless || alpha {
		const groups, groupBytes, bytesPerByte = 2600, 80 << 10, 16 * 24
		trees := min(groups, s.pixels()/16+1) * groupBytes
		n += s.pixels()*9 + min(trees, bytesPerByte*file)
	}
	return n
}

// planesBytes is the decoded picture in planes, averaged to 1/by of its sides: a byte of brightness
// a sample, half of one of colour and some slack, and the bands of rows on the way there.
func planesBytes(s size, by int) int64 {
	const bands = 2 << 20
	return 2*ceilDiv(s.w, by)*ceilDiv(s.h, by) + bands
}

// workingBytes is what comes after decoding: the display and the squares in planes, each scaled
// once and turned once, their files, and the weights for all that: for each sample of a result
// as many as the filter is wide in the source. A colour profile grew in a buffer, which threw away
// as much again, and is then read, perhaps twice.
func workingBytes(in Info) int64 {
	const results, weights = 8 << 20, 2 * 6 * 8
	d := fit(in.raw, displaySide)
	return results + 8*d.pixels() + weights*int64(in.raw.w+in.raw.h) + 8*int64(len(in.profile))
}
