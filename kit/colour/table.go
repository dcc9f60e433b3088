package colour

import (
	"math"
	"sync"
)

// Samples become light and light becomes samples through tables, with a few bits more than the
// eight that go in and come out, so that rounding adds nothing to see.
const (
	steps    = 16          // places of a lightTable for each level of a sample; with 8 some colours of ProPhoto are off by two
	below    = 256 * steps // place of level 0: the levels -256 to 767 are in it
	lightOne = 65535       // full light

	encodeOne = 1<<14 - 1 // place of full light in the table back
	levelOne  = 64        // what the table back counts as one level
	shift     = 16        // by which products of the matrix are larger
)

// lightTable gives the light of a sample. Y'CbCr can name levels below 0 and above 255; the
// table clips them, which saves comparing.
type lightTable [1024 * steps]uint16

func newLightTable(c curve) *lightTable {
	t, above := new(lightTable), below+255*steps
	for i := range t[below : above+1] {
		t[below+i] = uint16(unit(c(float64(i)/(255*steps)))*lightOne + 0.5)
	}
	for i := range below {
		t[i] = t[below]
	}
	for i := above; i < len(t); i++ {
		t[i] = t[above]
	}
	return t
}

// unit clips to 0 to 1 and makes 0 of what is no number.
func unit(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	return min(v, 1)
}

// fromXYZ goes from XYZ relative to D50 to linear sRGB: the inverse of the primaries and white
// of IEC 61966-2-1, brought from D65 to D50 by Bradford's adaptation as ICC.1:2022, annex E, does.
var fromXYZ = [3][3]float64{
	{3.1341864, -1.6172090, -0.4906941},
	{-0.9787485, 1.9161301, 0.0334334},
	{0.0719639, -0.2289939, 1.4057537},
}

// fixed scales an element of the matrix so that light times it, shifted, is a place to encode.
func fixed(v float64) int {
	return int(math.Round(v * (1 << shift) * encodeOne / lightOne))
}

// encodeTable gives the sample of sRGB for linear light, in parts of levelOne.
type encodeTable [encodeOne + 1]uint16

// encode is made once, when the first profile is read: 32 kB.
var encode = sync.OnceValue(func() *encodeTable {
	var t encodeTable
	for i := range t {
		t[i] = uint16(encodeSRGB(float64(i)/encodeOne)*255*levelOne + 0.5)
	}
	return &t
})

// encodeSRGB is the transfer function of IEC 61966-2-1, section 5.2.
func encodeSRGB(light float64) float64 {
	if light <= 0.0031308 {
		return 12.92 * light
	}
	return 1.055*math.Pow(light, 1/2.4) - 0.055
}
