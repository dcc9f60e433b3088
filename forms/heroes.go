package forms

import (
	"net/url"
	"strconv"

	"superbook/kit/form"
	"superbook/models"
)

// Orders in which members can be listed.
const (
	SortNewest = "newest"
	SortName   = "name"
)

// Heroes asks for a page of the list of members. It is read from the URL, so
// what it does not understand it takes as not said.
type Heroes struct {
	Search string `query:"q"`
	Kind   string `query:"kind"` // hero, fan or all
	Power  string `query:"power"`
	Origin string `query:"origin"`
	Sort   string `query:"sort"`
	Page   int    `query:"page"`
}

// Tidy sets what was not said, or not understood, to its default.
func (f *Heroes) Tidy() {
	f.Search = form.Line(f.Search)
	if !atMost(f.Search, maxName) {
		f.Search = string([]rune(f.Search)[:maxName])
	}
	f.Power, f.Origin = models.Slug(f.Power), models.Slug(f.Origin)
	if f.Kind != string(models.Fan) && f.Kind != "all" {
		f.Kind = string(models.Hero)
	}
	if f.Sort != SortName {
		f.Sort = SortNewest
	}
	f.Page = max(f.Page, 1)
}

// Narrowed says whether anything but the default was asked for.
func (f Heroes) Narrowed() bool {
	return f.Search != "" || f.Power != "" || f.Origin != "" || f.Kind != string(models.Hero)
}

// Query writes the question for a link to another page of the same list.
func (f Heroes) Query(page int) string {
	v := url.Values{}
	set := func(name, value, usual string) {
		if value != usual {
			v.Set(name, value)
		}
	}
	set("q", f.Search, "")
	set("kind", f.Kind, string(models.Hero))
	set("power", f.Power, "")
	set("origin", f.Origin, "")
	set("sort", f.Sort, SortNewest)
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return "?" + v.Encode()
}
