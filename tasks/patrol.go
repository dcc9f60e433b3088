package tasks

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"gorm.io/gorm"

	"superbook/kit/async"
	"superbook/models"
)

const (
	// patrolKept is how many members who are here are remembered.
	patrolKept = 50
	// patrolEvery is how often it is looked who reads without asking for
	// anything, and who has left.
	patrolEvery = 30 * time.Second
	// arrivalsWaiting is how many may wait to be written. Whoever finds it full
	// comes again in a minute.
	arrivalsWaiting = 4096
)

// Patrol knows who is here. It writes apart from the requests that it is told
// of, many members at a time, so that no page waits for it or fails with it.
type Patrol struct {
	News *Publisher
	Keep time.Duration // how long the list of who is here may be old

	arrivals chan int64

	mu    sync.Mutex
	faces []models.Face
	until time.Time
}

// NewPatrol makes a patrol whose list may be so old. It starts no goroutine.
func NewPatrol(news *Publisher, keep time.Duration) *Patrol {
	return &Patrol{News: news, Keep: keep, arrivals: make(chan int64, arrivalsWaiting)}
}

// Note says that a member is here. It never waits.
func (p *Patrol) Note(member int64) {
	select {
	case p.arrivals <- member:
	default:
	}
}

// Faces gives who is here, whoever may see them, the latest first. It is kept
// for a while, so that pages do not ask for it each time, and what is asked for
// all of them does not end with one request. Nobody may change the answer.
func (p *Patrol) Faces() ([]models.Face, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Now().Before(p.until) {
		return p.faces, nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Second)
	defer stop()
	faces, err := models.OnPatrol(ctx, p.News.DB.Read, patrolKept)
	if err != nil {
		return nil, err
	}
	p.faces, p.until = faces, time.Now().Add(p.Keep)
	return faces, nil
}

// forget has Faces look again.
func (p *Patrol) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Time{}
}

// Run writes down who comes and shows it, until ctx ends.
func (p *Patrol) Run(ctx context.Context) {
	tick := time.NewTicker(patrolEvery)
	defer tick.Stop()
	looked := time.Now().UTC()
	for {
		select {
		case <-ctx.Done():
			return
		case member := <-p.arrivals:
			p.guard(ctx, func(ctx context.Context) error { return p.arrive(ctx, p.waiting(member)) })
		case <-tick.C:
			now := time.Now().UTC()
			p.Look(ctx, looked, now)
			looked = now
		}
	}
}

// Look counts who reads as here, and takes those off the open pages who have
// left between two times.
func (p *Patrol) Look(ctx context.Context, from, to time.Time) {
	p.guard(ctx, p.readers)
	p.guard(ctx, func(ctx context.Context) error { return p.leave(ctx, from, to) })
}

func (p *Patrol) guard(ctx context.Context, do func(context.Context) error) {
	_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
	if err != nil && ctx.Err() == nil {
		p.News.Log.WarnContext(ctx, "who is on patrol", "error", err)
	}
}

// patrolBatch bounds one statement.
const patrolBatch = 500

// waiting collects who else has come meanwhile, each once.
func (p *Patrol) waiting(first int64) []int64 {
	all := []int64{first}
	for len(all) < patrolBatch {
		select {
		case next := <-p.arrivals:
			all = append(all, next)
			continue
		default:
		}
		break
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// arrive writes down that members are here, and shows those who were not.
func (p *Patrol) arrive(ctx context.Context, members []int64) error {
	var came []int64
	err := p.News.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		came, err = models.Arrive(ctx, tx, members)
		return err
	})
	if err != nil || len(came) == 0 {
		return err
	}
	p.forget()
	faces, err := models.FacesOf(ctx, p.News.DB.Read, came)
	for _, face := range faces {
		p.News.Publish(ctx, PatrolTopic(face.ID), "on_patrol", face)
		p.News.Publish(ctx, UserTopic(face.ID), "here", Here{face.ID, true})
	}
	return err
}

// Here says whether a member is on patrol.
type Here struct {
	ID   int64
	Here bool
}

// readers counts members as here whose streams are open: somebody may read for
// long without asking for anything. Tabs that nobody sees close their streams.
func (p *Patrol) readers(ctx context.Context) error {
	var members []int64
	for _, who := range p.News.Live.Readers() {
		if id, err := strconv.ParseInt(who, 10, 64); err == nil && id != 0 {
			members = append(members, id)
		}
	}
	slices.Sort(members)
	for batch := range slices.Chunk(members, patrolBatch) {
		if err := p.arrive(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

func (p *Patrol) leave(ctx context.Context, from, to time.Time) error {
	if p.News.Live.Len() == 0 {
		return nil
	}
	gone, err := models.LeftBetween(ctx, p.News.DB.Read, from, to)
	for _, id := range gone {
		p.News.Publish(ctx, PatrolTopic(id), "gone", Gone{"patrol", id})
		p.News.Publish(ctx, UserTopic(id), "here", Here{id, false})
	}
	return err
}
