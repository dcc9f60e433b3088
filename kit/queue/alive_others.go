package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// bury has those buried who are gone and were so all the time since the grace began:
// all at once, for a machine that goes down takes many with it.
func (a *alive) bury(gone map[string]bool, missing map[string]time.Time) {
	for name := range missing {
		if !gone[name] {
			delete(missing, name)
		}
	}
	var dead []string
	for name := range gone {
		since, known := missing[name]
		if !known {
			missing[name] = time.Now()
		} else if time.Since(since) >= a.grace {
			dead = append(dead, name)
		}
	}
	if len(dead) == 0 {
		return
	}
	select {
	case a.graves <- dead:
		for _, name := range dead {
			delete(missing, name)
		}
	default: // others are being buried: after a later look
	}
}

// dig puts back the jobs of the dead. That may take long, and who waited for it
// could not show meanwhile that it lives.
func (a *alive) dig(ctx context.Context, dead func(context.Context, string) error) {
	for {
		select {
		case <-ctx.Done():
			return
		case names := <-a.graves:
			for _, name := range names {
				a.guarded(ctx, func(ctx context.Context) error { return dead(ctx, name) })
			}
		}
	}
}

// gone are the workers of running jobs whose lock nobody holds.
func (a *alive) gone(ctx context.Context) (map[string]bool, error) {
	rows, err := a.conn.Query(ctx, "SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)] FROM river_job "+
		"WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] LIKE '"+alivePrefix+"%'")
	if err != nil {
		return nil, fmt.Errorf("list the workers of running jobs: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list the workers of running jobs: %w", err)
	}
	rows, err = a.conn.Query(ctx, "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objsubid = 2 "+
		"AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", int64(aliveClass))
	if err != nil {
		return nil, fmt.Errorf("list the workers that live: %w", err)
	}
	held, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("list the workers that live: %w", err)
	}
	lives := map[int32]bool{aliveKey(a.name): true}
	for _, key := range held {
		lives[int32(uint32(key))] = true
	}
	gone := map[string]bool{}
	for _, name := range names {
		if !lives[aliveKey(name)] {
			gone[name] = true
		}
	}
	return gone, nil
}
