// Package media keeps files in a folder of the local disk. A file appears under
// its key whole or not at all: it is written beside, synced, and then renamed.
package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"syscall"
	"time"
)

// ErrTooLarge says that a reader gave more bytes than its limit.
var ErrTooLarge = errors.New("media: too large")

const (
	tempDir = "tmp"   // half-written files
	keepDir = "files" // what has a key
)

// Store is a folder of files with keys. It is safe for use by many goroutines
// and, since it keeps nothing in memory, by many processes.
type Store struct{ root *os.Root }

// Open makes the folder if need be, open to nobody but its owner, and returns
// its store. Nothing outside the folder can be reached through the store.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("media: make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("media: open the folder: %w", err)
	}
	s := &Store{root}
	if err := errors.Join(root.MkdirAll(tempDir, 0o700), root.MkdirAll(keepDir, 0o700), root.MkdirAll(partialDir, 0o700), s.sync(".")); err != nil {
		return nil, errors.Join(fmt.Errorf("media: prepare the folder: %w", err), root.Close())
	}
	return s, nil
}

// Close lets go of the folder. Files that are open stay usable.
func (s *Store) Close() error { return s.root.Close() }

// Open opens the file with this key for reading. The error is fs.ErrNotExist
// when there is none, and ErrKey for what cannot be a key.
func (s *Store) Open(key string) (*os.File, error) {
	name, err := pathOf(key)
	if err != nil {
		return nil, err
	}
	info, err := s.root.Stat(name)
	if errors.Is(err, syscall.ENOTDIR) || err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist // a folder has no content, and a file no children
	}
	if err != nil {
		return nil, fmt.Errorf("media: open %s: %w", key, err)
	}
	f, err := s.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("media: open %s: %w", key, err)
	}
	return f, nil
}

// RemoveAll removes the file with this key, or the folder with all that is in
// it, for good. It is no error when there is nothing.
func (s *Store) RemoveAll(prefix string) error {
	name, err := pathOf(prefix)
	if err != nil {
		return err
	}
	if err := s.root.RemoveAll(name); err != nil && !errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("media: remove %s: %w", prefix, err)
	}
	err = s.sync(path.Dir(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("media: remove %s: %w", prefix, err)
	}
	return nil
}

// Walk calls fn for every file under prefix, or in the whole store when prefix
// is "", in the order of names. A missing prefix is no error. It stops at the
// first error of fn and returns it, and when ctx ends.
func (s *Store) Walk(ctx context.Context, prefix string, fn func(key string, modified time.Time) error) error {
	return s.WalkAfter(ctx, prefix, "", fn)
}

// WalkAfter is Walk of what follows a name directly beneath prefix: so a walk that
// was broken off goes on.
func (s *Store) WalkAfter(ctx context.Context, prefix, after string, fn func(key string, modified time.Time) error) error {
	root := keepDir
	if prefix != "" {
		var err error
		if root, err = pathOf(prefix); err != nil {
			return err
		}
	}
	return fs.WalkDir(s.root.FS(), root, func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && d.Name() <= after && name == root+"/"+d.Name() {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return unlessGone(err)
		}
		info, err := d.Info()
		if err != nil {
			return unlessGone(err)
		}
		return fn(name[len(keepDir)+1:], info.ModTime())
	})
}

// SweepTemp removes what uploads and writes that never ended left behind: half
// files not touched for olderThan. It returns their number. olderThan has to be
// longer than the longest pause in an upload that is still alive.
func (s *Store) SweepTemp(ctx context.Context, olderThan time.Duration) (int, error) {
	files, err := fs.ReadDir(s.root.FS(), tempDir)
	if err != nil {
		return 0, fmt.Errorf("media: sweep: %w", err)
	}
	swept, limit := 0, time.Now().Add(-olderThan)
	for _, d := range files {
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		info, err := d.Info()
		if err != nil || info.ModTime().After(limit) {
			if unlessGone(err) != nil {
				return swept, fmt.Errorf("media: sweep: %w", err)
			}
			continue
		}
		if err := s.root.RemoveAll(path.Join(tempDir, d.Name())); err != nil {
			return swept, fmt.Errorf("media: sweep: %w", err)
		}
		swept++
	}
	return swept, nil
}

// unlessGone ignores that a file was removed while somebody looked at its folder.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sync makes the names in a folder survive a crash.
func (s *Store) sync(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such call: NTFS keeps a journal of names
	}
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
