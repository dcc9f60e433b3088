package queue

import (
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// retries is the backoff of each kind for River's client, which River asks about
// jobs that fail before their arguments are read, as in a middleware: their
// worker is not asked.
type retries []Kind

// NextRetry is the time of the next attempt; a kind that nobody knows any more
// waits as River has it.
func (ks retries) NextRetry(job *rivertype.JobRow) time.Time {
	for _, k := range ks {
		if k.Name == job.Kind {
			return time.Now().Add(k.Backoff(job.Attempt))
		}
	}
	return (&river.DefaultClientRetryPolicy{}).NextRetry(job)
}
