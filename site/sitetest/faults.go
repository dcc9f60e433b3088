package sitetest

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"sync"

	"gorm.io/gorm"
)

// hooks are called with statements of the database before they are run. They are
// in place before the first one, because gorm does not let callbacks be added
// while somebody else asks something.
type hooks struct {
	mu  sync.Mutex
	all []func(*gorm.DB)
}

func (h *hooks) add(fn func(*gorm.DB)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, fn)
}

func (h *hooks) call(g *gorm.DB) {
	h.mu.Lock()
	all := slices.Clone(h.all)
	h.mu.Unlock()
	for _, fn := range all { // not under the lock: they may hold the statement
		fn(g)
	}
}

// OnRead has fn called before each question to the database whose answer is one
// or several of T: to hold it, or to have it panic.
func OnRead[T any](s *Site, fn func(ctx context.Context)) {
	s.reads.add(func(g *gorm.DB) {
		switch g.Statement.Dest.(type) {
		case *[]T, *T:
			fn(g.Statement.Context)
		}
	})
}

// Log is what the views log, line by line.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// CatchLog has the views log into what it returns.
func (s *Site) CatchLog() *Log {
	l := new(Log)
	s.Views.Log = slog.New(slog.NewTextHandler(l, nil))
	return l
}

// Write keeps a line.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String is everything so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
