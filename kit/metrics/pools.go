package metrics

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// Pools adds the metrics of database pools to r, by the names they are given.
func Pools(r *Registry, pools map[string]*sql.DB) {
	names := slices.Sorted(maps.Keys(pools))
	r.Collect(Desc{"db_connections", "Connections to the database.", TypeGauge, []string{"pool", "state"}}, func(_ context.Context, emit Emit) error {
		for _, name := range names {
			s := pools[name].Stats()
			emit(float64(s.Idle), name, "idle")
			emit(float64(s.InUse), name, "in_use")
		}
		return nil
	})
	r.Collect(Desc{"db_wait_seconds_total", "Time that somebody waited for a connection.", TypeCounter, []string{"pool"}}, func(_ context.Context, emit Emit) error {
		for _, name := range names {
			emit(pools[name].Stats().WaitDuration.Seconds(), name)
		}
		return nil
	})
	r.Collect(Desc{"db_waits_total", "How often somebody waited for a connection.", TypeCounter, []string{"pool"}}, func(_ context.Context, emit Emit) error {
		for _, name := range names {
			emit(float64(pools[name].Stats().WaitCount), name)
		}
		return nil
	})
}
