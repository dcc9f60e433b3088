//go:build !unix

package site

import "time"

// usage knows nothing on this system.
func usage() (cpu time.Duration, peakMB int64) { return 0, 0 }
