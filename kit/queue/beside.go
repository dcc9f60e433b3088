package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// besidePrefix begins the names of workers that hold a lock file of their own, on
// SQLite: LockFile, a dot and the name. The operating system frees the lock when
// the process dies, and the file stays behind as the mark of a dead worker.
const besidePrefix = "beside-"

// lockOwn shows others on this machine that this worker lives.
func (q *Queue) lockOwn(ctx context.Context) error {
	tick := time.NewTicker(lockRetry)
	defer tick.Stop()
	for {
		lock, err := lockNamed(q.cfg.LockFile + "." + q.name)
		if err != nil || lock != nil {
			q.own = lock
			return err
		}
		select { // somebody has just found the file, and not the lock
		case <-ctx.Done():
			return fmt.Errorf("lock for worker %s: %w", q.name, ctx.Err())
		case <-tick.C:
		}
	}
}

// lockNamed takes the lock of a file under its name. It answers nil when somebody
// else holds it, or has just taken the file away.
func lockNamed(path string) (*fileLock, error) {
	lock, err := openLock(path)
	if err != nil {
		return nil, err
	}
	got, err := lock.tryExclusive()
	if err == nil && got {
		got, err = lock.named()
	}
	if err == nil && got {
		return lock, nil
	}
	return nil, errors.Join(err, lock.close())
}

// buryBeside puts back the jobs of workers on this machine that have died.
func (q *Queue) buryBeside(ctx context.Context) error {
	if q.cfg.LockFile == "" {
		return nil
	}
	files, err := os.ReadDir(filepath.Dir(q.cfg.LockFile))
	if err != nil {
		return fmt.Errorf("look for other workers: %w", err)
	}
	var failed error
	for _, f := range files {
		name, ok := strings.CutPrefix(f.Name(), filepath.Base(q.cfg.LockFile)+".")
		if ok && strings.HasPrefix(name, besidePrefix) && name != q.name {
			failed = errors.Join(failed, q.buryOne(ctx, name))
		}
	}
	return failed
}

// buryOne puts back the jobs of another worker if it is dead. Meanwhile its lock is
// held, so that nobody else does the same.
func (q *Queue) buryOne(ctx context.Context, name string) error {
	lock, err := lockNamed(q.cfg.LockFile + "." + name)
	if err != nil || lock == nil {
		return err
	}
	if err := q.rescueOf(ctx, name); err != nil {
		return errors.Join(err, lock.close()) // tried again with the next look
	}
	return lock.drop()
}
