package weblog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// console is a slog.Handler that writes one line of text for each record.
type console struct {
	out    *output
	colour bool
	level  slog.Leveler
	prefix string // names of the open groups, each with a dot
	attrs  []byte // rendered by WithAttrs
}

type output struct {
	sync.Mutex
	w io.Writer
}

func newConsole(w io.Writer, colour bool, level slog.Leveler) *console {
	if level == nil {
		level = slog.LevelInfo
	}
	return &console{out: &output{w: w}, colour: colour, level: level}
}

func (h *console) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level.Level() }

func (h *console) Handle(_ context.Context, r slog.Record) error {
	var b bytes.Buffer
	if !r.Time.IsZero() {
		h.paint(&b, dim, r.Time.Format("15:04:05.000"))
		b.WriteByte(' ')
	}
	h.paint(&b, colourOf(r.Level), fmt.Sprintf("%-5s", r.Level))
	b.WriteByte(' ')
	b.WriteString(oneLine(r.Message))
	b.Write(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		h.attr(&b, h.prefix, a)
		return true
	})
	b.WriteByte('\n')
	h.out.Lock()
	defer h.out.Unlock()
	_, err := h.out.w.Write(b.Bytes())
	return err
}

func (h *console) WithAttrs(attrs []slog.Attr) slog.Handler {
	b := bytes.NewBuffer(bytes.Clone(h.attrs))
	for _, a := range attrs {
		h.attr(b, h.prefix, a)
	}
	with := *h
	with.attrs = b.Bytes()
	return &with
}

func (h *console) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.prefix += name + "."
	return &with
}

func (h *console) attr(b *bytes.Buffer, prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	if a.Equal(slog.Attr{}) {
		return
	}
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, inner := range v.Group() {
			h.attr(b, prefix, inner)
		}
		return
	}
	b.WriteByte(' ')
	h.paint(b, dim, oneLine(prefix+a.Key)+"=")
	b.WriteString(quoted(text(v)))
}

func text(v slog.Value) string {
	switch v.Kind() {
	case slog.KindDuration:
		return short(v.Duration()).String()
	case slog.KindTime:
		return v.Time().Format(time.RFC3339)
	}
	return v.String()
}

// short keeps about three digits of a duration.
func short(d time.Duration) time.Duration {
	for unit := time.Second; unit > time.Nanosecond; unit /= 10 {
		if d.Abs() >= 100*unit {
			return d.Round(unit)
		}
	}
	return d
}

// quoted quotes where a plain value would be read wrongly.
func quoted(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || r == '"' || r == '=' || !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// oneLine keeps strangers' text from forging lines or steering the terminal.
func oneLine(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return s
	}
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

const dim = "2"

func colourOf(level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return "31"
	case level >= slog.LevelWarn:
		return "33"
	case level >= slog.LevelInfo:
		return "32"
	}
	return "36"
}

func (h *console) paint(b *bytes.Buffer, colour, s string) {
	if !h.colour {
		b.WriteString(s)
		return
	}
	b.WriteString("\x1b[" + colour + "m" + s + "\x1b[0m")
}
