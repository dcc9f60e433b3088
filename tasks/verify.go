package tasks

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// VerifyHeroes asks the registry anew which heroes are real, and keeps what it
// says for when it is late.
type VerifyHeroes struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (VerifyHeroes) Kind() string { return "heroes.verify" }

// Policy lets only one wait or run at a time.
func (VerifyHeroes) Policy() queue.Policy {
	return tidyPolicy("Verify heroes anew", "when a hero was verified: who was since the job was added is left out")
}

const (
	verifyBatch = 100             // heroes that are verified before others have a turn
	verifyAgain = 5 * time.Minute // how long a registry that is down is left alone
	verifyUntil = 20 * time.Hour  // since the job was added; then the next one comes anyway
	verifySkips = 5               // heroes in a row of whom the registry could not be asked, until it is down
	verifyPause = 100 * time.Millisecond
)

var errRegistryDown = errors.New("the registry of heroes did not answer in time")

// verifyPlace is how far a job has come through the heroes.
type verifyPlace struct {
	After models.VerifyMark `json:"after"`
	Heard bool              `json:"heard"` // the registry has answered this job
	Left  bool              `json:"left"`  // before this place are some who were not asked of a registry that was down
	Apart int               `json:"apart"` // heroes that the registry failed for while it answered for others
}

// verifyHeroes verifies a batch, and comes back for the next. A hero for whom alone
// the registry fails is left to the next job. It comes back later when the registry
// is down: that is not its own failure and no attempt.
func (d *Deps) verifyHeroes(ctx context.Context, job *river.Job[VerifyHeroes]) (string, error) {
	place, err := placeOf[verifyPlace](job.JobRow)
	if err != nil {
		return "", err
	}
	heroes, err := d.nextToVerify(ctx, job.CreatedAt, &place)
	if err != nil || len(heroes) == 0 {
		return place.words(), err
	}
	asked, err := d.verify(ctx, heroes)
	if err != nil {
		return "", err
	}
	down := place.note(asked)
	if err := keepPlace(ctx, place); err != nil {
		return "", err
	}
	if asked.failed != nil {
		d.Log.WarnContext(ctx, "hero registry", "verified", asked.done, "down", down, "error", asked.failed)
	}
	switch {
	case !down:
		return counted(asked.done, "hero", "heroes") + " verified, more to come", river.JobSnooze(verifyPause)
	case time.Since(job.CreatedAt) > verifyUntil:
		return "", fmt.Errorf("%w: %w", errRegistryDown, asked.failed)
	}
	return counted(asked.done, "hero", "heroes") + " verified, then the registry did not answer; it is asked again in 5 minutes", river.JobSnooze(verifyAgain)
}

// nextToVerify gives the batch after a place, and moves the place behind it. At the
// end it begins anew if some were left.
func (d *Deps) nextToVerify(ctx context.Context, since time.Time, place *verifyPlace) (heroes []models.Member, err error) {
	for {
		heroes, place.After, err = models.HeroesToVerify(ctx, d.DB.Read, since, place.After, verifyBatch)
		if err != nil || len(heroes) > 0 || !place.Left {
			return heroes, err
		}
		*place = verifyPlace{Heard: place.Heard}
	}
}

// asked is what came of asking for a batch.
type asked struct {
	done, apart int
	row         int   // failures, one after the other, with which it ended
	failed      error // of each hero who could not be asked for
}

// verify asks for each hero, until several in a row could not be asked for.
func (d *Deps) verify(ctx context.Context, heroes []models.Member) (a asked, err error) {
	// Shuffled, so that many who always fail do not stand before all the others.
	rand.Shuffle(len(heroes), func(i, j int) { heroes[i], heroes[j] = heroes[j], heroes[i] })
	for _, m := range heroes {
		verdict, err := d.Registry.Check(ctx, m.Claim())
		if err != nil {
			a.failed = errors.Join(a.failed, fmt.Errorf("%s: %w", m.Username, err))
			a.apart++
			if a.row++; a.row == verifySkips {
				return a, nil
			}
			continue
		}
		a.row = 0
		err = d.DB.Tx(ctx, func(tx *gorm.DB) error { return models.NoteVerdict(ctx, tx, m.ID, verdict) })
		if err != nil {
			return a, err
		}
		a.done++
	}
	return a, nil
}

// note adds a batch, and says whether the registry is down: when several in a row
// failed, or when it failed for all and has not answered for anybody before.
func (p *verifyPlace) note(a asked) (down bool) {
	p.Heard = p.Heard || a.done > 0
	if down = a.row == verifySkips || a.failed != nil && !p.Heard; down {
		p.Left = true
	} else {
		p.Apart += a.apart
	}
	return down
}

// words say how it ended.
func (p verifyPlace) words() string {
	if p.Apart == 0 {
		return "All heroes are verified"
	}
	return "All heroes are verified but " + also(p.Apart, "hero", "heroes") + ", for whom the registry failed; they are asked for next time"
}
