package views

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/riverqueue/river/rivertype"

	"superbook/kit/async"
	"superbook/kit/problem"
	"superbook/models"
	"superbook/tasks"
)

// queuesEvery is how often open pages are told how the queues are doing.
const queuesEvery = time.Second

// mayFollowQueues lets staff follow the one topic that there is of its kind.
func mayFollowQueues(_ context.Context, who models.Viewer, id int64) error {
	if !who.Staff || id != 0 {
		return problem.NotFound("There is nothing to follow here.")
	}
	return nil
}

// mayFollowJob lets staff follow every job: one that is gone is silent.
func mayFollowJob(_ context.Context, who models.Viewer, id int64) error {
	if !who.Staff || id < 1 {
		return problem.NotFound("There is nothing to follow here.")
	}
	return nil
}

// shown remembers of each topic the parts that were sent last, by their names.
type shown map[string]map[string]string

// PublishQueues pushes what has changed of the queues and of single jobs to the
// pages open in this process, until ctx ends. What nobody looks at it does not ask
// for. Other processes do the same for their own readers, so nothing crosses the
// bridge.
func (v *Views) PublishQueues(ctx context.Context) {
	tick := time.NewTicker(queuesEvery)
	defer tick.Stop()
	sent := shown{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		topics := v.Live.Followed(tasks.JobTopics)
		if v.Live.Watched(tasks.QueuesTopic) {
			topics = append(topics, tasks.QueuesTopic)
		}
		maps.DeleteFunc(sent, func(topic string, _ map[string]string) bool { return !slices.Contains(topics, topic) })
		for _, topic := range topics {
			_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, v.publishOn(ctx, topic, sent) })
			if err != nil && ctx.Err() == nil {
				v.Log.WarnContext(ctx, "how the queues are doing is not shown", "topic", topic, "error", err)
			}
		}
	}
}

// board sends parts of a page to one topic. It leaves alone what has not changed,
// so that nothing under a finger is replaced without need.
type board struct {
	v      *Views
	topic  string
	sent   map[string]string
	failed error
}

// send sends a partial, of which the page may have several, unless its html is
// that of the last time.
func (b *board) send(partial, of string, data any) {
	html, err := b.v.News.Pages.Fragment(partial, data)
	if b.failed = errors.Join(b.failed, err); err == nil {
		b.pass(partial+" "+of, html, html)
	}
}

// pass sends html unless its version is that of the last time.
func (b *board) pass(name, version, html string) {
	if last, known := b.sent[name]; !known || last != version {
		b.sent[name] = version
		b.v.Live.Pass(b.topic, "", html)
	}
}

func (v *Views) publishOn(ctx context.Context, topic string, sent shown) error {
	if sent[topic] == nil {
		sent[topic] = map[string]string{}
	}
	b := &board{v: v, topic: topic, sent: sent[topic]}
	if _, id, ok := numbered(topic); ok && topic != tasks.QueuesTopic {
		return errors.Join(v.publishJob(ctx, b, id), b.failed)
	}
	return errors.Join(v.publishQueues(ctx, b), b.failed)
}

func (v *Views) publishQueues(ctx context.Context, to *board) error {
	b, err := v.queueBoard(ctx)
	if err != nil {
		return err
	}
	for _, q := range b.Queues {
		if _, known := to.sent["queue_figures "+q.Name]; !known {
			to.send("queue_row", q.Name, q) // a page may not have it yet
		}
		to.send("queue_figures", q.Name, q)
		to.send("queue_act", q.Name, q)
	}
	to.send("jobs_running", "", b.Running)
	to.send("jobs_failed", "", b.Failed)
	return nil
}

func (v *Views) publishJob(ctx context.Context, to *board, id int64) error {
	p, err := v.jobParts(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return nil // forgotten while somebody looks at it: the page stays as it is
	} else if err != nil {
		return err
	}
	for _, part := range []string{"job_live", "job_facts", "job_act"} {
		to.send(part, "", p)
	}
	// Somebody may have unfolded a stack: only what is added takes its place, not
	// the time that goes on.
	html, err := v.News.Pages.Fragment("job_log", p)
	if err == nil {
		to.pass("job_log", fmt.Sprint(len(p.Job.Attempts), len(p.Job.Entries)), html)
	}
	return err
}
