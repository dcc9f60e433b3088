package mail

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"superbook/kit/problem"
)

const keep = 100

// Stored is a mail in an Outbox.
type Stored struct {
	ID string    `json:"-"`
	At time.Time `json:"at"`
	Message
}

// Outbox is the Sender for development: it sends nothing and keeps the last 100
// mails in a folder, where other processes and the next run find them too.
type Outbox struct {
	folder string

	mu   sync.Mutex
	read map[string]Stored // by id; a file never changes once it has its name
}

// NewOutbox keeps mails in that folder, which it creates, readable by us only:
// mails hold links that log people in.
func NewOutbox(folder string) (*Outbox, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	return &Outbox{folder: folder, read: map[string]Stored{}}, nil
}

// Send keeps the message and drops what is older than the last 100.
func (o *Outbox) Send(ctx context.Context, m Message) error {
	if _, err := check(m); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	now := time.Now().UTC()
	data, err := json.MarshalIndent(Stored{At: now, Message: m}, "", "\t")
	if err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	id := fmt.Sprintf("%020d-%s", now.UnixNano(), rand.Text()[:8])
	if err := o.write(id, data); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	return o.prune()
}

// write names the file only when it is complete, for readers elsewhere.
func (o *Outbox) write(id string, data []byte) error {
	part := filepath.Join(o.folder, id+".part")
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return err
	}
	return os.Rename(part, o.path(id))
}

func (o *Outbox) path(id string) string { return filepath.Join(o.folder, id+".json") }

// List gives the mails kept, newest first.
func (o *Outbox) List(ctx context.Context) ([]Stored, error) {
	ids, err := o.ids()
	if err != nil {
		return nil, err
	}
	kept := make([]Stored, 0, len(ids))
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("list mails: %w", err)
		}
		m, err := o.load(id)
		if errors.Is(err, fs.ErrNotExist) {
			continue // pruned by another process meanwhile
		}
		if err != nil {
			return nil, err
		}
		kept = append(kept, m)
	}
	return kept, nil
}

var idForm = regexp.MustCompile(`^[0-9]{20}-[A-Z2-7]{8}$`)

// Get gives one mail, or a problem 404.
func (o *Outbox) Get(id string) (Stored, error) {
	if !idForm.MatchString(id) {
		return Stored{}, problem.NotFound("There is no such mail.")
	}
	m, err := o.load(id)
	if errors.Is(err, fs.ErrNotExist) {
		return Stored{}, problem.NotFound("That mail is not kept any more.").Because(err)
	}
	return m, err
}

// ids lists the newest first.
func (o *Outbox) ids() ([]string, error) {
	files, err := os.ReadDir(o.folder)
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	var ids []string
	for _, f := range files {
		if id, ok := strings.CutSuffix(f.Name(), ".json"); ok && idForm.MatchString(id) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(b, a) })
	return ids, nil
}

func (o *Outbox) load(id string) (Stored, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m, ok := o.read[id]; ok {
		return m, nil
	}
	data, err := os.ReadFile(o.path(id))
	if err != nil {
		return Stored{}, fmt.Errorf("read mail: %w", err)
	}
	m := Stored{ID: id}
	if err := json.Unmarshal(data, &m); err != nil {
		return Stored{}, fmt.Errorf("read mail %s: %w", id, err)
	}
	o.read[id] = m
	return m, nil
}

func (o *Outbox) prune() error {
	ids, err := o.ids()
	if err != nil {
		return err
	}
	for _, id := range ids[min(keep, len(ids)):] {
		if err := os.Remove(o.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("drop old mail: %w", err)
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for id := range o.read {
		if !slices.Contains(ids[:min(keep, len(ids))], id) {
			delete(o.read, id)
		}
	}
	return nil
}
