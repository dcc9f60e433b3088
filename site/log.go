package site

import (
	"log/slog"
	"os"

	"golang.org/x/term"

	"superbook/kit/weblog"
)

var levels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

// NewLogger writes to standard error: for people when that is a terminal, as
// JSON when it is not.
func NewLogger(s Settings) *slog.Logger {
	return weblog.NewLogger(os.Stderr, term.IsTerminal(int(os.Stderr.Fd())), levels[s.LogLevel])
}
