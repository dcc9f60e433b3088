// Package weblog writes the log: one readable line for each event in a terminal,
// JSON elsewhere, and one line for each request.
package weblog

import (
	"context"
	"io"
	"log/slog"
	"os"
)

// NewLogger writes lines for people if tty, in colour unless NO_COLOR is set,
// and JSON otherwise. Both add the request id when the context has one.
func NewLogger(w io.Writer, tty bool, level slog.Leveler) *slog.Logger {
	var h slog.Handler = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})
	if tty {
		h = newConsole(w, os.Getenv("NO_COLOR") == "", level)
	}
	return slog.New(withRequest{h})
}

// withRequest adds the request id to every record, so that the code that logs
// only has to pass its context.
type withRequest struct{ slog.Handler }

func (h withRequest) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("id", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withRequest) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withRequest{h.Handler.WithAttrs(attrs)}
}

func (h withRequest) WithGroup(name string) slog.Handler {
	return withRequest{h.Handler.WithGroup(name)}
}
