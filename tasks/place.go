package tasks

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// keepPlace keeps in the row of the running job how far it has come, for its next
// attempt, however this one ends. When the process is killed it is lost, and the
// next attempt begins where this one did.
func keepPlace[P any](ctx context.Context, place P) error {
	if err := river.RecordOutput(ctx, place); err != nil {
		return fmt.Errorf("keep the place of a job: %w", err)
	}
	return nil
}

// placeOf is what the attempt before has kept; the zero value in the first.
func placeOf[P any](job *rivertype.JobRow) (place P, err error) {
	kept := job.Output()
	if len(kept) == 0 {
		return place, nil
	}
	if err := json.Unmarshal(kept, &place); err != nil {
		return place, fmt.Errorf("read the place of job %d: %w", job.ID, err)
	}
	return place, nil
}
