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
	"time"
)

// partialDir has the files that come in pieces. They outlive a restart, and
// SweepTemp leaves them alone: whoever gave them their names removes them.
const partialDir = "partial"

// ErrBusy says that somebody else has a partial file open.
var ErrBusy = errors.New("media: partial file is busy")

// Partial is a file that comes in pieces, open for one user at a time among all
// goroutines and processes. It is for one goroutine.
type Partial struct {
	Size int64 // bytes that are here

	store *Store
	file  *os.File
	name  string
}

func partialPath(id string) (string, error) {
	if !validSegment(id) {
		return "", fmt.Errorf("%w: %q", ErrKey, id)
	}
	return partialDir + "/" + id, nil
}

// CreatePartial makes an empty partial file. The error is ErrKey for an id that
// cannot be a segment of a key, and fs.ErrExist for one that is taken.
func (s *Store) CreatePartial(id string) error {
	name, err := partialPath(id)
	if err != nil {
		return err
	}
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("media: make a partial file: %w", err)
	}
	if err := errors.Join(f.Close(), s.sync(partialDir)); err != nil {
		return fmt.Errorf("media: make a partial file: %w", err)
	}
	return nil
}

// PartialSize is how many bytes of a partial file are here, also while somebody
// appends to it. The error is fs.ErrNotExist when there is none.
func (s *Store) PartialSize(id string) (int64, error) {
	name, err := partialPath(id)
	if err != nil {
		return 0, err
	}
	info, err := s.root.Lstat(name)
	if err != nil {
		return 0, fmt.Errorf("media: look at a partial file: %w", err)
	}
	return info.Size(), nil
}

// OpenPartial opens a partial file until Close. The error is fs.ErrNotExist when
// there is none, and ErrBusy while it is open elsewhere.
//
// What keeps others out is a lock of the operating system on the file itself. A
// row lock in a database would hold a transaction and its connection for as long
// as a slow line takes; a note in a row would outlive a process that is killed.
func (s *Store) OpenPartial(id string) (*Partial, error) {
	name, err := partialPath(id)
	if err != nil {
		return nil, err
	}
	f, err := s.root.OpenFile(name, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("media: open a partial file: %w", err)
	}
	err = lock(f)
	info, statErr := f.Stat() // its size counts from when nobody else can write
	if err := errors.Join(err, statErr); err != nil {
		return nil, errors.Join(fmt.Errorf("media: open a partial file: %w", err), f.Close())
	}
	return &Partial{Size: info.Size(), store: s, file: f, name: name}, nil
}

// Append adds what r gives, as it comes, and makes it survive a crash. After an
// error of r, or of the disk, everything before it stays and counts in Size.
// More than limit bytes give ErrTooLarge, and then nothing of r stays. When the
// file is removed meanwhile it ends soon, with fs.ErrNotExist.
func (p *Partial) Append(ctx context.Context, r io.Reader, limit int64) error {
	before, in := p.Size, &reader{ctx, &watched{r: r, wanted: p.linked}}
	n, err := io.CopyN(p.file, in, limit)
	p.Size += n
	if err == nil {
		err = atEnd(in)
	}
	switch {
	case errors.Is(err, ErrTooLarge):
		if cut := p.file.Truncate(before); cut != nil {
			err = errors.Join(cut, err)
		} else {
			p.Size = before
		}
	case err == nil, err == io.EOF: // wrapped in another error it is no good end
		err = p.linked()
	}
	if err := errors.Join(err, p.file.Sync()); err != nil {
		return fmt.Errorf("media: append: %w", err)
	}
	return nil
}

// Upload gives what is here as an upload like any other. The partial file stays
// until RemovePartial, so that an upload that is discarded can be had again; it
// may not be appended to any more.
func (p *Partial) Upload(ctx context.Context) (*Upload, error) {
	all := io.NewSectionReader(p.file, 0, p.Size)
	u, err := p.link()
	if err != nil { // not every file system has links
		return p.store.Receive(ctx, all, p.Size)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, &reader{ctx, all}); err != nil {
		return nil, errors.Join(fmt.Errorf("media: read a partial file: %w", err), u.Discard())
	}
	hash.Sum(u.SHA256[:0])
	return u, nil
}

// link gives the bytes a second, temporary name. It makes them young, or a sweep
// would take them for a leftover.
func (p *Partial) link() (*Upload, error) {
	temp, now := tempDir+"/"+rand.Text(), time.Now()
	if err := p.store.root.Chtimes(p.name, now, now); err != nil {
		return nil, err
	}
	if err := p.store.root.Link(p.name, temp); err != nil {
		return nil, err
	}
	f, err := p.store.root.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return nil, errors.Join(err, p.store.root.Remove(temp))
	}
	return &Upload{Size: p.Size, store: p.store, file: f, temp: temp}, nil
}

// Close lets others open the file.
func (p *Partial) Close() error { return errors.Join(unlock(p.file), p.file.Close()) }

// RemovePartial removes a partial file for good. It is no error when there is none.
func (s *Store) RemovePartial(id string) error {
	name, err := partialPath(id)
	if err != nil {
		return err
	}
	if err := unlessGone(s.root.Remove(name)); err != nil {
		return fmt.Errorf("media: remove a partial file: %w", err)
	}
	return nil
}

// Partials are the ids of the partial files that nobody has touched since before.
func (s *Store) Partials(ctx context.Context, before time.Time) (ids []string, err error) {
	files, err := fs.ReadDir(s.root.FS(), partialDir)
	if err != nil {
		return nil, fmt.Errorf("media: list partial files: %w", err)
	}
	for _, d := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info, err := d.Info()
		if unlessGone(err) != nil {
			return nil, fmt.Errorf("media: list partial files: %w", err)
		}
		if err == nil && info.ModTime().Before(before) {
			ids = append(ids, d.Name())
		}
	}
	return ids, nil
}
