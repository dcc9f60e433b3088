package views

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/async"
	"superbook/kit/metrics"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
)

// DossierPage is everything about a hero on paper. What stands in the database
// under the hero's name goes out at once with the outline; the chapters follow
// one by one, each when it is ready.
type DossierPage struct {
	Base
	Member   models.Member
	Chapters []Chapter
}

// Template names the page's template.
func (DossierPage) Template() string { return "users/dossier" }

// Chapter is a place in the outline that is filled later. The data of the
// partial which fills it embeds the chapter.
type Chapter struct {
	Slot  string // names the place
	Title string
	Wait  string // words for as long as it is empty
}

// sheet is a chapter that has been written: a partial and its data.
type sheet struct {
	partial string
	data    any
}

// dossierLimit is how long a chapter may take, with the wait for a place among
// the questions to its service; each question has the limit of its service too.
// With the ten seconds that a write may take it stays within the minute that
// the server gives an answer.
const dossierLimit = 20 * time.Second

// MostDossiers is how many are written at once. Each asks the database five
// questions: of its 256 places other pages have some left.
const MostDossiers = 32

// Dossier handles GET /users/:username/dossier. Once the outline is out, the
// status is 200: a chapter that fails says so in its place, and is logged.
func (v *Views) Dossier(c echo.Context) error {
	m, err := v.knownUser(c)
	if err != nil {
		return err
	}
	if m.Kind != models.Hero {
		return problem.NotFound("Dossiers are kept of heroes only.")
	}
	leave, err := v.enterDossier(c)
	if err != nil {
		return err
	}
	defer leave()
	metrics.Untimed(c)
	m.Address = "" // it stands in no dossier
	chapters, write := v.dossier(me(c), m.Member)
	s, err := render.Open(c, DossierPage{v.base(c, "heroes", "Dossier of "+m.Name), m.Member, chapters})
	if err != nil {
		return err
	}
	defer s.Close()
	if c.Request().Method == http.MethodHead {
		return nil
	}
	v.writeChapters(c.Request().Context(), s, chapters, write)
	return nil
}

// enterDossier refuses who has opened many, and everybody while many are being
// written: a dossier costs more than any other page.
func (v *Views) enterDossier(c echo.Context) (leave func(), err error) {
	if err := slowDown(v.Limits.DossiersByReader, streamSource(c)); err != nil {
		return nil, err
	}
	leave, ok := v.Dossiers.Take()
	if !ok {
		full := problem.New(http.StatusTooManyRequests, "Many dossiers are being read just now. Try again in a moment.")
		full.RetryAfter = dossierLimit / 4
		return nil, full
	}
	return leave, nil
}

// writeChapters puts each chapter in its place when it is ready. ctx ends when the
// client leaves, and all chapters with it.
func (v *Views) writeChapters(ctx context.Context, s *render.Stream, outline []Chapter, write []func(context.Context) (sheet, error)) {
	for a := range async.AsTheyCome(ctx, write...) {
		v.writeChapter(ctx, s, outline[a.N], a)
		if s.Gone() {
			return
		}
	}
}

// writeChapter puts a chapter in its place, or else words that there is none.
func (v *Views) writeChapter(ctx context.Context, s *render.Stream, ch Chapter, a async.Answer[sheet]) {
	err := a.Err
	if err == nil {
		err = s.Part(a.Value.partial, a.Value.data)
	}
	if err == nil {
		return
	}
	logPart(ctx, v.Log, ch.Slot, err)
	if err := s.Part("dossier_missing", ch); err != nil {
		logPart(ctx, v.Log, "dossier_missing", err)
	}
}
