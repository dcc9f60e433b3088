package chart

import (
	"math"
	"strconv"
	"strings"
)

// Unit says what values mean, and so how they are written.
type Unit int

func bad(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// The units.
const (
	Count     Unit = iota // 12, 1.2k
	PerSecond             // 12/s
	Seconds               // 3 ms, 1.2 s
	Bytes                 // 12 MB
)

// Write writes a value for people, with about two digits that mean something;
// "–" for what is no finite number.
func (u Unit) Write(v float64) string {
	switch {
	case bad(v):
		return "–"
	case u == Seconds:
		return seconds(v)
	case u == Bytes:
		return large(v, " ", []string{"B", "KB", "MB", "GB", "TB", "PB"})
	case u == PerSecond:
		return large(v, "", []string{"/s", "k/s", "M/s", "G/s", "T/s", "P/s"})
	}
	return large(v, "", []string{"", "k", "M", "G", "T", "P"})
}

func seconds(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0 s"
	case a < 0.00095:
		return digits(v*1e6) + " µs"
	case a < 0.95:
		return digits(v*1e3) + " ms"
	case a < 120:
		return digits(v) + " s"
	}
	return digits(v/60) + " min"
}

func large(v float64, gap string, units []string) string {
	i := 0
	for math.Abs(v) >= 999.5 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	return digits(v) + gap + units[i]
}

// digits keeps one place behind the point below ten, and two digits below one.
func digits(v float64) string {
	places := 0
	switch a := math.Abs(v); {
	case a < 1e-4:
		return "0"
	case a >= 1e6:
		return strconv.FormatFloat(v, 'e', 1, 64)
	case a < 0.995:
		places = 1 - int(math.Floor(math.Log10(a)))
	case a < 9.95:
		places = 1
	}
	text := strconv.FormatFloat(v, 'f', places, 64)
	if places > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}
