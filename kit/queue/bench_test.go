package queue_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func eachBench(b *testing.B, bench func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, openDB(b, sqliteURL(b))) })
	b.Run("postgres", func(b *testing.B) { bench(b, openDB(b, postgresURL(b))) })
}

// BenchmarkCommitToStart measures from a commit to the first line of the job.
func BenchmarkCommitToStart(b *testing.B) {
	eachBench(b, func(b *testing.B, d *db.DB) {
		started := make(chan time.Time)
		q := start(b, d, queue.Config{}, func(context.Context, *river.Job[task]) error {
			started <- time.Now()
			return nil
		})
		var took []time.Duration
		for b.Loop() {
			add(b, d, q, task{})
			committed := time.Now()
			took = append(took, (<-started).Sub(committed))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	})
}

// BenchmarkThousandJobs measures a thousand jobs, added and done.
func BenchmarkThousandJobs(b *testing.B) {
	eachBench(b, func(b *testing.B, d *db.DB) {
		q := start(b, d, queue.Config{}, nothing)
		for b.Loop() {
			for range 100 {
				must(b, d.Tx(b.Context(), func(tx *gorm.DB) error {
					for range 10 {
						if err := q.Add(b.Context(), tx, task{}); err != nil {
							return err
						}
					}
					return nil
				}))
			}
			wait(b, q)
		}
	})
}

// BenchmarkWorked measures how many jobs a second are worked, that were all added
// before, and do nothing.
func BenchmarkWorked(b *testing.B) {
	for _, workers := range []int{2, 8} {
		b.Run(fmt.Sprintf("%d workers", workers), func(b *testing.B) {
			eachBench(b, func(b *testing.B, d *db.DB) {
				const n = 2000
				jobs, worked := 0, time.Duration(0)
				for b.Loop() {
					b.StopTimer()
					adds := open(b, d, queue.Config{}, nothing)
					must(b, d.Tx(b.Context(), func(tx *gorm.DB) error {
						for range n {
							if err := adds.Add(b.Context(), tx, task{}); err != nil {
								return err
							}
						}
						return nil
					}))
					q := open(b, d, queue.Config{Queues: map[string]int{river.QueueDefault: workers}}, nothing)
					b.StartTimer()
					began := time.Now()
					must(b, q.Start(b.Context()))
					wait(b, q)
					worked, jobs = worked+time.Since(began), jobs+n
					b.StopTimer()
					must(b, stop(q, testLimit))
					b.StartTimer()
				}
				b.ReportMetric(float64(jobs)/worked.Seconds(), "jobs/s")
			})
		})
	}
}
