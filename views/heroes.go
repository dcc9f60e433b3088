package views

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
)

const (
	heroesPerPage = 24
	// countAtMost bounds the counting; the page then says "more than".
	countAtMost = 10_000
	// choices is how many powers and origins the filters offer.
	choices = 60
)

// HeroesPage lists members, searched and filtered.
type HeroesPage struct {
	Base
	Form    forms.Heroes
	Members []models.Member
	Found   int  // how many match
	More    bool // more than Found
	Pages   int
	Powers  []models.Power
	Origins []models.Origin
}

// Template names the page's template.
func (HeroesPage) Template() string { return "heroes" }

// PrevQuery is the query of the page before, or "".
func (p HeroesPage) PrevQuery() string {
	if p.Form.Page <= 1 {
		return ""
	}
	return p.Form.Query(p.Form.Page - 1)
}

// NextQuery is the query of the page after, or "".
func (p HeroesPage) NextQuery() string {
	if p.Form.Page >= p.Pages {
		return ""
	}
	return p.Form.Query(p.Form.Page + 1)
}

// Heroes handles GET /heroes.
func (v *Views) Heroes(c echo.Context) error {
	page := HeroesPage{Base: v.base(c, "heroes", "Heroes")}
	if err := form.Query(c, &page.Form); err != nil {
		return err
	}
	page.Form.Tidy()
	if page.Form.Page > countAtMost/heroesPerPage {
		return problem.NotFound("The list is not shown that far. Search or filter to come closer.")
	}
	if err := v.findHeroes(c.Request().Context(), me(c), &page); err != nil {
		return err
	}
	return render.Show(c, page)
}

// findHeroes fills the page. Its questions do not wait for each other.
func (v *Views) findHeroes(ctx context.Context, who models.Viewer, page *HeroesPage) error {
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	q, err := asked(models.MembersIn(v.DB.Read).VisibleTo(who), page.Form).Plan(ctx)
	if err != nil {
		return err
	}
	g := async.NewGroup(ctx)
	async.Go(g, &page.Found, func(ctx context.Context) (int, error) { return q.CountUpTo(ctx, countAtMost+1) })
	async.Go(g, &page.Members, func(ctx context.Context) ([]models.Member, error) {
		return q.Page(ctx, (page.Form.Page-1)*heroesPerPage, heroesPerPage)
	})
	async.Go(g, &page.Powers, func(ctx context.Context) ([]models.Power, error) {
		return models.PopularPowers(ctx, v.DB.Read, choices)
	})
	async.Go(g, &page.Origins, func(ctx context.Context) ([]models.Origin, error) {
		return models.PopularOrigins(ctx, v.DB.Read, choices)
	})
	if err := g.Wait(); err != nil {
		return err
	}
	page.count()
	return nil
}

func (p *HeroesPage) count() {
	p.More = p.Found > countAtMost
	p.Found = min(p.Found, countAtMost)
	p.Pages = (p.Found + heroesPerPage - 1) / heroesPerPage
}

// asked turns the form into a question.
func asked(q models.Members, f forms.Heroes) models.Members {
	if f.Kind != "all" {
		q = q.Of(models.Kind(f.Kind))
	}
	if f.Search != "" {
		q = q.Matching(f.Search)
	}
	if f.Power != "" {
		q = q.With(f.Power)
	}
	if f.Origin != "" {
		q = q.From(f.Origin)
	}
	if f.Sort == forms.SortName {
		return q.ByName()
	}
	return q.Newest()
}
