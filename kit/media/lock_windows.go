package media

import (
	"errors"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// lock keeps everybody else out until f is closed, or its process has ended. It
// locks one byte far behind the end: in a locked range nobody else could read.
func lock(f *os.File) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, lockedByte())
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrBusy
	}
	return err
}

// unlock lets others in at once: after a Close alone Windows may take a while.
func unlock(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, lockedByte())
}

func lockedByte() *windows.Overlapped { return &windows.Overlapped{OffsetHigh: math.MaxInt32} }
