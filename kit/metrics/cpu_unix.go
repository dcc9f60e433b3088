//go:build unix

package metrics

import (
	"math"
	"syscall"
)

// ProcessorSeconds is the processor time that this process has taken, NaN where
// the system does not tell.
func ProcessorSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
