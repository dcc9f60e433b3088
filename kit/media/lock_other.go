//go:build !windows

package media

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps everybody else out until f is closed, or its process has ended.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrBusy
	}
	return err
}

// unlock lets others in, also while a process that is just being started still
// has f, which it has for a moment of everything that is open here.
func unlock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
}
