package views

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river/rivertype"

	"superbook/kit/problem"
	"superbook/models"
)

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

func (v *Views) lookAtQueues(ctx context.Context, to *board, _ int64) error {
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

func (v *Views) lookAtJob(ctx context.Context, to *board, id int64) error {
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
