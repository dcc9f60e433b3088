package queue

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"superbook/kit/db"
)

// LookBack is how many jobs one page of the history looks at.
const LookBack = 20_000

// Filter says which jobs a history shows. The zero value shows all.
type Filter struct {
	State State
	Kind  string
	Queue string
	// Search is a text in the arguments, in any case, or "name=value" for an
	// argument that is exactly that.
	Search string
}

// Mark is where a page of a history ends. The zero value is its beginning.
type Mark struct {
	At time.Time // only where the state is final
	ID int64
}

// History is one page of jobs.
type History struct {
	Jobs []JobCard
	More *Mark // where the next page begins, or nil at the end
	// LookedBackTo says until when it was looked, where that was not the end.
	LookedBackTo *time.Time
}

// window is a bounded part of River's table, the newest first.
type window struct {
	where []string
	args  []any
	order string
	limit int
}

// History shows up to n jobs after a mark, the newest first: by their ends where
// the state is final, otherwise by when they were added. It looks at LookBack
// jobs at most and says so. Its error is that of the database.
func (q *Queue) History(ctx context.Context, f Filter, after Mark, n int) (History, error) {
	h, err := q.historyOf(ctx, f, after, n, LookBack)
	if err != nil {
		return h, fmt.Errorf("look at the history of jobs: %w", err)
	}
	return h, nil
}

// historyOf is History that looks at so many jobs at most.
func (q *Queue) historyOf(ctx context.Context, f Filter, after Mark, n, look int) (h History, err error) {
	w, err := q.window(ctx, f, after)
	if err != nil {
		return h, err
	}
	w.limit = look
	where, args := q.conditions(f)
	if where == "" {
		w.limit = n + 1 // nothing else to ask: the page is the window
	} else {
		where = " WHERE " + where
	}
	// The page is cut out of the window as it goes by: joining the table once more
	// would have PostgreSQL read it whole.
	sql := "SELECT " + q.words().columns() + " FROM (SELECT * FROM river_job WHERE " + strings.Join(w.where, " AND ") +
		fmt.Sprintf(" ORDER BY %[1]s LIMIT %[2]d) AS river_job%[3]s ORDER BY %[1]s LIMIT %[4]d", w.order, w.limit, where, n+1)
	if h.Jobs, err = q.list(ctx, sql, append(append([]any{}, w.args...), args...)...); err != nil {
		return h, err
	}
	if len(h.Jobs) > n {
		h.Jobs = h.Jobs[:n]
		m := f.mark(h.Jobs[n-1])
		h.More = &m
		return h, nil
	}
	if where == "" {
		return h, nil
	}
	err = q.lookedBack(ctx, f, w, &h)
	return h, err
}

// lookedBack notes where the window ends, if there is anything behind it.
func (q *Queue) lookedBack(ctx context.Context, f Filter, w window, h *History) error {
	sql := "SELECT " + q.words().columns() + " FROM river_job WHERE " + strings.Join(w.where, " AND ") + fmt.Sprintf(" ORDER BY %s LIMIT 1 OFFSET %d", w.order, w.limit-1)
	last, err := q.list(ctx, sql, w.args...)
	if err != nil || len(last) == 0 {
		return err
	}
	m, at := f.mark(last[0]), last[0].CreatedAt
	if f.State.Final() {
		at = m.At
	}
	h.More, h.LookedBackTo = &m, &at
	return nil
}

func (f Filter) mark(j JobCard) Mark {
	m := Mark{ID: j.ID}
	if f.State.Final() && j.FinalizedAt != nil {
		m.At = *j.FinalizedAt
	}
	return m
}

// window goes along the index that fits the state: River's index of ends, its index
// of what is to be fetched while that is short, or else the numbers of jobs.
func (q *Queue) window(ctx context.Context, f Filter, after Mark) (w window, err error) {
	w = window{order: "id DESC", limit: LookBack}
	add := func(where string, args ...any) { w.where, w.args = append(w.where, where), append(w.args, args...) }
	if f.State != "" {
		add("state = '" + string(f.State.row()) + "'")
	}
	switch {
	case f.State.Final():
		w.order = "finalized_at DESC, id DESC"
		add("finalized_at IS NOT NULL")
		if after.ID != 0 {
			add("(finalized_at, id) < (?, ?)", q.time(after.At), after.ID)
		}
		return w, nil
	case f.State != "":
		few, err := q.few(ctx, f.State)
		if err != nil {
			return w, err
		}
		if few {
			w.where[0] = "id IN (SELECT id FROM river_job WHERE " + w.where[0] + fmt.Sprintf(" LIMIT %d)", LookBack)
		} else { // a flood: the newest jobs are of this state
			w.where[0] = "id > 0"
		}
	case f.Kind != "":
		add("kind = ?", f.Kind)
	default:
		add("id > 0")
	}
	if after.ID != 0 {
		add("id < ?", after.ID)
	}
	return w, nil
}

// few says whether a window holds all jobs of a state.
func (q *Queue) few(ctx context.Context, s State) (bool, error) {
	var n int
	err := q.ask(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM river_job WHERE state = '%s' LIMIT %d) AS enough", s.row(), LookBack), nil, &n)
	return n < LookBack, err
}

// conditions are what is asked of each job in the window.
func (q *Queue) conditions(f Filter) (where string, args []any) {
	var all []string
	add := func(where string, more ...any) { all, args = append(all, where), append(args, more...) }
	if f.State != "" && !f.State.Final() {
		add("river_job.state = '" + string(f.State.row()) + "'")
	}
	if f.Kind != "" && f.State != "" {
		add("river_job.kind = ?", f.Kind)
	}
	if f.Queue != "" {
		add("river_job.queue = ?", f.Queue)
	}
	if f.Search != "" {
		where, more := q.search(f.Search)
		add(where, more...)
	}
	return strings.Join(all, " AND "), args
}

// argument is a search for one argument: photo_id=12.
var argument = regexp.MustCompile(`^(\w{1,64})=(.+)$`)

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (q *Queue) search(words string) (where string, args []any) {
	// What no database keeps in a text finds nothing.
	words = strings.ToValidUTF8(strings.ReplaceAll(words, "\x00", "\ufffd"), "\ufffd")
	m := argument.FindStringSubmatch(words)
	postgres := q.db.Dialect == db.Postgres
	switch {
	case m != nil && postgres:
		return "river_job.args->>? = ?", []any{m[1], m[2]}
	case m != nil:
		path := `$."` + m[1] + `"` // SQLite reads true and false as numbers
		return "CASE json_type(river_job.args, ?) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE " +
			"CAST(json_extract(river_job.args, ?) AS TEXT) END = ?", []any{path, path, m[2]}
	case postgres:
		return `river_job.args::text ILIKE ? ESCAPE '\'`, []any{"%" + escapeLike.Replace(words) + "%"}
	}
	return `json(river_job.args) LIKE ? ESCAPE '\'`, []any{"%" + escapeLike.Replace(words) + "%"}
}
