package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// CopyTo writes a whole and consistent copy of the SQLite file to path, while
// others read and write, and answers its size in bytes. The file has its name only
// once it is on the disk; one that is there already is replaced.
func (d *DB) CopyTo(ctx context.Context, path string) (size int64, err error) {
	if d.Dialect != SQLite {
		return 0, fmt.Errorf("copy the database: %w", errors.ErrUnsupported)
	}
	half := path + ".tmp"
	if err := os.RemoveAll(half); err != nil { // of a copy that was broken off
		return 0, fmt.Errorf("copy the database: %w", err)
	}
	// A connection of its own: the copy takes long, and there is only one that writes.
	pool, err := openPool(ctx, d.path, "_txlock=deferred")
	if err != nil {
		return 0, err
	}
	_, err = pool.ExecContext(ctx, "VACUUM INTO ?", half)
	if err = errors.Join(err, pool.Close()); err == nil {
		size, err = settle(half, path)
	}
	if err != nil {
		return 0, fmt.Errorf("copy the database: %w", errors.Join(err, os.RemoveAll(half)))
	}
	return size, nil
}

// settle brings a file to the disk, for its owner alone, and then gives it its name.
func settle(half, path string) (size int64, err error) {
	f, err := os.OpenFile(half, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	stat, err := f.Stat()
	if err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(half, path); err != nil {
		return 0, err
	}
	return stat.Size(), syncFolder(filepath.Dir(path))
}

// syncFolder brings the name of a new file to the disk. Windows has no such call.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
