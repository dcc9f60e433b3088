//go:build !unix

package metrics

import "math"

// ProcessorSeconds is NaN: this system does not tell.
func ProcessorSeconds() float64 { return math.NaN() }
