package queue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// lockRetry is how often a lock that another process holds alone is asked for.
const lockRetry = 20 * time.Millisecond

// fileLock is held, shared, by every process that works jobs; the operating
// system lets go of it when a process dies. One that gets it exclusively is
// alone.
type fileLock struct{ file *os.File }

func openLock(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the queue's lock file: %w", err)
	}
	return &fileLock{f}, nil
}

// tryExclusive reports whether nobody else holds the lock; then it is ours.
func (l *fileLock) tryExclusive() (bool, error) {
	got, err := tryLock(l.file, true)
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	return got, nil
}

// share turns the lock, held or not, into a shared one. It waits while another
// process, which is just starting, holds it alone.
func (l *fileLock) share(ctx context.Context) error {
	if err := unlock(l.file); err != nil {
		return fmt.Errorf("unlock %s: %w", l.file.Name(), err)
	}
	tick := time.NewTicker(lockRetry)
	defer tick.Stop()
	for {
		got, err := tryLock(l.file, false)
		if err != nil {
			return fmt.Errorf("lock %s: %w", l.file.Name(), err)
		}
		if got {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("lock %s: %w", l.file.Name(), ctx.Err())
		case <-tick.C:
		}
	}
}

// named reports whether the file still has its name: who frees such a lock for good
// takes the name away first.
func (l *fileLock) named() (bool, error) {
	mine, err := l.file.Stat()
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	now, err := os.Stat(l.file.Name())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(mine, now), err
}

// drop frees the lock and takes its file away.
func (l *fileLock) drop() error {
	early := os.Remove(l.file.Name())
	err := l.close()
	if early != nil { // Windows removes nothing that is open; who has it open now does it then
		_ = os.Remove(l.file.Name())
	}
	return err
}

func (l *fileLock) close() error {
	return errors.Join(unlock(l.file), l.file.Close())
}
