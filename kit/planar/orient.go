package planar

// Orient returns the picture upright, given the EXIF orientation that it was stored in (EXIF 2.32,
// tag 0x0112), which names the sides where the stored 0th row and 0th column are to be seen:
//
//	   0th row  0th column        0th row  0th column
//	1  top      left           5  left     top
//	2  top      right          6  right    top
//	3  bottom   right          7  right    bottom
//	4  bottom   left           8  left     bottom
//
// It shares no samples with m, but for 1 and for what is no orientation: that is m itself.
//
// Whole samples are turned. If the last one of a row is only in part the picture's (W is no whole
// number, or it is odd and colour is at half), a mirrored row begins with that part, and the
// picture moves by the rest of it: less than a sample of Y, and colour in 4:2:0 by one pixel of the
// size at which it is turned. Viewers that place colour differently are as far apart.
func (m *Image) Orient(orientation int) *Image {
	if orientation < 2 || orientation > 8 {
		return m
	}
	out := *m
	out.Planes = make([]Plane, len(m.Planes))
	for i, p := range m.Planes {
		out.Planes[i] = p.orient(orientation)
	}
	if orientation >= 5 {
		out.W, out.H = m.H, m.W
		out.SubX, out.SubY = m.SubY, m.SubX
	}
	return &out
}

// orient walks over the new plane; right and down are how far one step there is in the old one.
func (p Plane) orient(orientation int) Plane {
	at, right, down := 0, 1, p.Stride
	w, h := p.W, p.H
	if orientation >= 5 {
		right, down = down, right
		w, h = h, w
	}
	switch orientation { // what is left comes from the right
	case 2, 3, 6, 7:
		at, right = at+(w-1)*right, -right
	}
	switch orientation { // what is above comes from below
	case 3, 4, 7, 8:
		at, down = at+(h-1)*down, -down
	}
	out := NewPlane(w, h)
	// In strips, for when right is a whole row of p: of its cache lines each is used up before it goes.
	const strip = 64
	for x := 0; x < w; x += strip {
		n := min(strip, w-x)
		for y := range h {
			from := at + x*right + y*down
			row := out.Row(y)[x:][:n]
			for i := range row {
				row[i] = p.Pix[from]
				from += right
			}
		}
	}
	return out
}
