package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// Upload is a received file that has no key yet. It can be read with ReadAt
// until Keep or Discard, one of which has to be called. Except for ReadAt it is
// for one goroutine at a time.
type Upload struct {
	Size   int64    // bytes
	SHA256 [32]byte // hash of the content

	store *Store
	file  *os.File
	temp  string
	done  bool
}

var _ io.ReaderAt = (*Upload)(nil)

// Receive reads r to its end into a temporary file and hashes it on the way.
// More than limit bytes give ErrTooLarge. An error of r comes back in the
// chain, and nothing stays on the disk.
func (s *Store) Receive(ctx context.Context, r io.Reader, limit int64) (*Upload, error) {
	u, err := s.create()
	if err != nil {
		return nil, err
	}
	if err := u.fill(&reader{ctx, r}, limit); err != nil {
		return nil, errors.Join(fmt.Errorf("media: receive: %w", err), u.Discard())
	}
	return u, nil
}

// Write puts b under key at once, in place of what was there.
func (s *Store) Write(ctx context.Context, key string, b []byte) error {
	if _, err := pathOf(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("media: write %s: %w", key, err)
	}
	u, err := s.create()
	if err != nil {
		return err
	}
	if _, err := u.file.Write(b); err != nil {
		return errors.Join(fmt.Errorf("media: write %s: %w", key, err), u.Discard())
	}
	if err := u.Keep(key); err != nil {
		return errors.Join(err, u.Discard())
	}
	return nil
}

func (s *Store) create() (*Upload, error) {
	temp := tempDir + "/" + rand.Text()
	f, err := s.root.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("media: make a temporary file: %w", err)
	}
	return &Upload{store: s, file: f, temp: temp}, nil
}

func (u *Upload) fill(r io.Reader, limit int64) error {
	hash := sha256.New()
	n, err := io.CopyN(io.MultiWriter(u.file, hash), r, limit)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err == nil { // the limit is reached: is there more?
		if err := atEnd(r); err != nil {
			return err
		}
	}
	u.Size = n
	hash.Sum(u.SHA256[:0])
	return nil
}

func atEnd(r io.Reader) error {
	switch _, err := io.ReadFull(r, make([]byte, 1)); {
	case err == nil:
		return ErrTooLarge
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// ReadAt reads the received bytes, as io.ReaderAt says.
func (u *Upload) ReadAt(p []byte, off int64) (int, error) { return u.file.ReadAt(p, off) }

// Keep gives the file its key, in place of what was there. When it returns nil
// the file survives a crash. After an error the upload can be kept again under
// another key if the key was refused (ErrKey), else only discarded.
func (u *Upload) Keep(key string) error {
	name, err := pathOf(key)
	if err != nil {
		return err
	}
	if u.done {
		return fmt.Errorf("media: keep %s: %w", key, fs.ErrClosed)
	}
	if err := errors.Join(u.file.Sync(), u.file.Close()); err != nil {
		return fmt.Errorf("media: keep %s: %w", key, err)
	}
	if err := u.store.place(u.temp, name); err != nil {
		return fmt.Errorf("media: keep %s: %w", key, err)
	}
	u.done = true
	return nil
}

// place moves a file and makes all names on its way survive a crash. All of
// them, since a folder that was there may be another writer's, not synced yet.
func (s *Store) place(temp, name string) error {
	err := fs.ErrNotExist
	for try := 0; try < 3 && errors.Is(err, fs.ErrNotExist); try++ { // RemoveAll may take the folder away
		if err = s.root.MkdirAll(path.Dir(name), 0o700); err == nil {
			err = s.root.Rename(temp, name)
		}
	}
	if err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if err := s.sync(dir); err != nil {
			return err
		}
	}
	return nil
}

// Discard removes the temporary file. It may be called more than once, and
// after Keep, when it does nothing: so it can be deferred.
func (u *Upload) Discard() error {
	if u.done {
		return nil
	}
	u.done = true
	err := u.file.Close()
	if errors.Is(err, fs.ErrClosed) { // by a Keep that failed later
		err = nil
	}
	if err := errors.Join(err, unlessGone(u.store.root.Remove(u.temp))); err != nil {
		return fmt.Errorf("media: discard: %w", err)
	}
	return nil
}

// reader stops reading when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
