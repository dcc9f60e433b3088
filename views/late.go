package views

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"superbook/kit/async"
	"superbook/tasks"
)

// LateServices are the services whose answers may come after the page. Each has
// places of its own: a registry that hangs takes none away from the database.
type LateServices struct {
	Registry *async.Late
	Database *async.Late
}

// Stop ends all late questions; see async.Late.Stop.
func (s LateServices) Stop(ctx context.Context) error {
	return errors.Join(s.Registry.Stop(ctx), s.Database.Stop(ctx))
}

// LatePart is how far a part of a page is that the page can do without. The
// data of such a part's partial embeds it.
type LatePart struct {
	Topic  string // where it will be published; "" when it is not awaited any more
	Failed bool   // there is no answer, and none will come
	Again  string // the address of the page, to look again
}

// Late says that the part is still to come.
func (p LatePart) Late() bool { return p.Topic != "" }

func (p *LatePart) state() *LatePart { return p }

// partOf is a pointer to the data of a part.
type partOf[T any] interface {
	*T
	state() *LatePart
}

// lateParts asks for the parts of one page. They are published on a topic that
// nobody knows but the page.
type lateParts struct {
	news     *tasks.Publisher
	log      *slog.Logger
	group    *async.Group
	patience time.Duration
	topic    string
	again    string
}

func (v *Views) lateParts(g *async.Group, again string) lateParts {
	return lateParts{v.News, v.Log, g, v.Patience, tasks.NewPageTopic(), again}
}

// soon has a part filled beside the others of the page. When that takes longer
// than patience, the page shows the part as late, and the very partial that the
// page shows it with is published when the answer is there: with the answer, or
// with words that there is none.
//
// Nothing is lost between the page and its stream: NoteCursor was called before
// the first question, so what is published before the browser connects is
// replayed to it.
func soon[T any, P partOf[T]](ctx context.Context, l lateParts, service *async.Late, partial string, part P, fill func(context.Context, P) error) {
	empty := *part
	ask := func(ctx context.Context) (T, error) {
		filled := empty
		return filled, fill(ctx, &filled)
	}
	later := func(ctx context.Context, filled T, err error) {
		if err != nil {
			filled = empty
			l.fail(ctx, partial, P(&filled).state(), err)
		}
		l.news.Publish(ctx, l.topic, partial, filled)
	}
	async.Maybe(l.group, (*T)(part), func(ctx context.Context) (T, error) {
		return async.Soon(ctx, service, l.patience, ask, later)
	}, func(err error) {
		if errors.Is(err, async.ErrLate) {
			part.state().Topic, part.state().Again = l.topic, l.again
			return
		}
		l.fail(ctx, partial, part.state(), err)
	})
}

// fail notes that there is no answer. It is logged here, and nowhere else.
func (l lateParts) fail(ctx context.Context, partial string, state *LatePart, err error) {
	*state = LatePart{Failed: true, Again: l.again}
	logPart(ctx, l.log, partial, err)
}

// logPart logs why a part of a page is missing. A visitor who left, or a program
// that ends, is no fault of the part.
func logPart(ctx context.Context, log *slog.Logger, part string, err error) {
	level := slog.LevelWarn
	switch p := (*async.PanicError)(nil); {
	case errors.Is(err, context.Canceled), errors.Is(err, async.ErrStopped):
		return
	case errors.As(err, &p):
		level = slog.LevelError
	}
	log.Log(ctx, level, "a part of the page is missing", "part", part, "error", err)
}
