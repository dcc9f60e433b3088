// Package planar keeps pictures as JPEG does: one plane of brightness and two of colour, which
// may be coarser, for the eye is coarser there too. What decodes, scales, turns and encodes
// pictures can stay in these planes from end to end, and does, since every conversion to RGB and
// back costs time and a little of the picture.
//
// The samples are the full-range Y'CbCr of JFIF (ITU-T T.871, section 7).
package planar

// Plane is one channel of a picture: samples of eight bits, row by row.
type Plane struct {
	Pix    []uint8 // the sample at x, y is Pix[y*Stride+x]
	Stride int     // from one row to the next, at least W
	W, H   int     // in samples
}

// NewPlane returns a plane of zeros whose rows touch.
func NewPlane(w, h int) Plane { return Plane{make([]uint8, w*h), w, w, h} }

// Row returns the samples of one row.
func (p Plane) Row(y int) []uint8 { return p.Pix[y*p.Stride:][:p.W:p.W] }

// Image is a picture in planes: Y alone when it is grey, else Y, Cb and Cr.
type Image struct {
	Planes []Plane
	// W and H are the extent of the picture in samples of Y. They need not be whole: 4,031
	// pixels decoded to a quarter are 1,007.75 samples, of which the last is a part.
	W, H float64
	// SubX and SubY are how many samples of Y one of Cb or Cr spans: 2 and 2 in 4:2:0. They need not be
	// whole either: package jpeg can decode the planes to different sizes.
	SubX, SubY float64
}

// New420 returns a picture of w by h pixels whose colours have half the
// resolution both ways, rounded up. Its samples are zeros.
func New420(w, h int) *Image {
	cw, ch := (w+1)/2, (h+1)/2
	return &Image{Planes: []Plane{NewPlane(w, h), NewPlane(cw, ch), NewPlane(cw, ch)}, W: float64(w), H: float64(h), SubX: 2, SubY: 2}
}

// NewGrey returns a picture of w by h pixels without colour, of zeros.
func NewGrey(w, h int) *Image {
	return &Image{Planes: []Plane{NewPlane(w, h)}, W: float64(w), H: float64(h), SubX: 1, SubY: 1}
}

// Grey tells whether the picture has no planes of colour.
func (m *Image) Grey() bool { return len(m.Planes) == 1 }

// Rect is a part of a picture, in samples of Y.
type Rect struct{ X, Y, W, H float64 }

// Bounds is the whole picture.
func (m *Image) Bounds() Rect { return Rect{W: m.W, H: m.H} }
