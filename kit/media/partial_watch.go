package media

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// While a partial file comes in, nobody looks for longer than this whether it
// has been removed. What still arrives then has no name, so no quota counts it.
const (
	watchBytes = 4 << 20
	watchTime  = 5 * time.Second // for slow lines; as soon as they bring something
)

// watched reads on for as long as what it reads is wanted.
type watched struct {
	r      io.Reader
	wanted func() error
	left   int // bytes until it looks again
	looked time.Time
}

// Read gives the error of wanted in place of the next bytes.
func (w *watched) Read(b []byte) (int, error) {
	if w.left <= 0 || time.Since(w.looked) >= watchTime {
		if err := w.wanted(); err != nil {
			return 0, err
		}
		w.left, w.looked = watchBytes, time.Now()
	}
	n, err := w.r.Read(b)
	w.left -= n
	return n, err
}

// linked gives fs.ErrNotExist when the file has been removed, also when another
// one has its name by now.
func (p *Partial) linked() error {
	named, err := p.store.root.Lstat(p.name)
	if err != nil {
		return err
	}
	here, err := p.file.Stat()
	if err == nil && !os.SameFile(named, here) {
		err = fmt.Errorf("%s is another file: %w", p.name, fs.ErrNotExist)
	}
	return err
}
