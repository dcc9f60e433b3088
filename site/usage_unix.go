//go:build unix

package site

import (
	"runtime"
	"syscall"
	"time"
)

// usage tells the processor time that this process has taken, and the most
// memory that it has held, in megabytes.
func usage() (cpu time.Duration, peakMB int64) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	peakMB = int64(u.Maxrss) >> 10
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" { // bytes there, kilobytes elsewhere
		peakMB >>= 10
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), peakMB
}
