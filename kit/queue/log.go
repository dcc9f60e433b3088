package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// quiet shows River's news of ordinary work only to those who debug.
type quiet struct{ slog.Handler }

// riverPanic ends River's own line about a panic, which reporter says better.
const riverPanic = ": panic recovery; possible bug with Worker"

func lower(level slog.Level) slog.Level {
	if level == slog.LevelInfo {
		return slog.LevelDebug
	}
	return level
}

func (h quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return h.Handler.Enabled(ctx, lower(level))
}

func (h quiet) Handle(ctx context.Context, r slog.Record) error {
	if strings.HasSuffix(r.Message, riverPanic) {
		return nil
	}
	r.Level = lower(r.Level)
	return h.Handler.Handle(ctx, r)
}

func (h quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{h.Handler.WithAttrs(attrs)} }
func (h quiet) WithGroup(name string) slog.Handler       { return quiet{h.Handler.WithGroup(name)} }

// reporter logs what goes wrong in jobs, once each.
type reporter struct{ log *slog.Logger }

// HandleError logs a job that failed; River tries it again.
func (r reporter) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	level := slog.LevelWarn
	if e := (*expected)(nil); errors.As(err, &e) {
		level = slog.LevelDebug
	}
	r.log.Log(ctx, level, "job failed", "kind", job.Kind, "id", job.ID, "attempt", job.Attempt, "err", err)
	return nil
}

// HandlePanic logs a job that panicked; River has recovered it.
func (r reporter) HandlePanic(ctx context.Context, job *rivertype.JobRow, val any, trace string) *river.ErrorHandlerResult {
	r.log.ErrorContext(ctx, "job panicked", "kind", job.Kind, "id", job.ID, "attempt", job.Attempt,
		"panic", fmt.Sprint(val), "stack", trace)
	return nil
}
