package sitetest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"

	"gorm.io/gorm"
)

// OnRead has fn called before each question to the database whose answer is one
// or several of T: to hold it, or to have it panic. It is called before the
// first request.
func OnRead[T any](s *Site, fn func(ctx context.Context)) {
	s.t.Helper()
	before := func(g *gorm.DB) {
		switch g.Statement.Dest.(type) {
		case *[]T, *T:
			fn(g.Statement.Context)
		}
	}
	must(s.t, s.DB.Read.Callback().Query().Before("*").Register(fmt.Sprintf("on-read-%T", *new(T)), before))
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
