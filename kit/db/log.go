package db

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slowQuery is how long a statement may take before it is logged.
const slowQuery = 200 * time.Millisecond

// queryLog writes gorm's messages to slog: slow statements and failed ones,
// with placeholders in place of values, which may be private.
type queryLog struct {
	log  *slog.Logger
	slow time.Duration
}

// LogMode keeps the level: slog decides what is shown.
func (l *queryLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info passes gorm's own notes on.
func (l *queryLog) Info(ctx context.Context, msg string, args ...any) {
	l.log.DebugContext(ctx, "gorm: "+msg, "args", args)
}

// Warn passes gorm's own warnings on.
func (l *queryLog) Warn(ctx context.Context, msg string, args ...any) {
	l.log.WarnContext(ctx, "gorm: "+msg, "args", args)
}

// Error passes gorm's own errors on, as warnings: the caller has them too.
func (l *queryLog) Error(ctx context.Context, msg string, args ...any) {
	l.log.WarnContext(ctx, "gorm: "+msg, "args", args)
}

// Trace is called after each statement.
func (l *queryLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	took := time.Since(begin)
	switch {
	case err != nil && !expected(err):
		sql, _ := fc()
		l.log.WarnContext(ctx, "query failed", "sql", sql, "err", err, "took", took)
	case took >= l.slow:
		sql, rows := fc()
		l.log.WarnContext(ctx, "slow query", "sql", sql, "rows", rows, "took", took)
	}
}

// ParamsFilter keeps values out of the log.
func (l *queryLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// expected tells errors that belong to normal work: a missing row, a name
// that is taken, a visitor who went away.
func expected(err error) bool {
	return errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, context.Canceled) || IsDuplicate(err)
}
