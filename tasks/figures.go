package tasks

import (
	"context"
	"sync"
	"time"

	"superbook/kit/metrics"
	"superbook/kit/queue"
)

// Figures is what is counted while this process runs.
type Figures struct {
	Registry     *metrics.Registry
	Requests     *metrics.Requests
	Tasks        *metrics.Tasks
	Photos       *metrics.Counters   // finished, by outcome
	PhotoSeconds *metrics.Histograms // to cut one photo to all its sizes
}

// How a photo can end.
const (
	photoReady  = "ready"
	photoFailed = "failed"
)

// photoBounds are seconds: a photo of a phone takes a tenth of one.
var photoBounds = []float64{.025, .05, .1, .2, .4, .8, 1.6, 3.2, 6.4, 15, 60}

// NewFigures has a registry of its own.
func NewFigures() *Figures {
	r := metrics.New()
	return &Figures{Registry: r, Requests: metrics.NewRequests(r), Tasks: metrics.NewTasks(r),
		Photos:       r.Counters("photos_finished_total", "Photos that are ready, or have failed for good.", "outcome"),
		PhotoSeconds: r.Histograms("photo_duration_seconds", "Time to cut a photo to its sizes, waits for memory included.", photoBounds),
	}
}

// Depths knows how many jobs of all processes wait and run. It asks the database
// at most once in Keep, however many ask it.
type Depths struct {
	Jobs *queue.Queue
	Keep time.Duration

	mu    sync.Mutex
	kept  []queue.Depth
	until time.Time
}

// Get gives the jobs by queue and state. Nobody may change the answer.
func (d *Depths) Get(ctx context.Context) ([]queue.Depth, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until) {
		return d.kept, nil
	}
	ctx, stop := context.WithTimeout(ctx, 2*time.Second)
	defer stop()
	depths, err := d.Jobs.Depths(ctx)
	if err != nil {
		return nil, err
	}
	d.kept, d.until = depths, time.Now().Add(d.Keep)
	return depths, nil
}

// Collect adds the number of jobs to the metrics of r.
func (d *Depths) Collect(r *metrics.Registry) {
	desc := metrics.Desc{Name: "queue_jobs", Help: "Jobs of all processes by queue and state, without those that ended well.",
		Type: metrics.TypeGauge, Labels: []string{"queue", "state"}}
	r.Collect(desc, func(ctx context.Context, emit metrics.Emit) error {
		depths, err := d.Get(ctx)
		for _, one := range depths {
			emit(float64(one.Jobs), one.Queue, one.State)
		}
		return err
	})
}
