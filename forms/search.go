package forms

import (
	"net/url"
	"strconv"

	"superbook/kit/form"
	"superbook/models"
)

const maxSearch = 100

// What a search can be for.
const (
	FindAll     = "all"
	FindMembers = "members"
	FindPosts   = "posts"
)

// maxSkip is beyond any page that is linked; see models.SearchPlace.
const maxSkip = 1000

// Search asks for members and posts. It is read from the URL, so what it does
// not understand it takes as not said.
type Search struct {
	Words  string `query:"q"`
	What   string `query:"what"`
	Before int64  `query:"before"` // where a later page of posts begins; see models.SearchPlace
	Skip   int    `query:"skip"`
}

// Tidy sets what was not said, or not understood, to its default.
func (f *Search) Tidy() {
	f.Words = form.Line(f.Words)
	if !atMost(f.Words, maxSearch) {
		f.Words = string([]rune(f.Words)[:min(maxSearch, len([]rune(f.Words)))])
	}
	if f.What != FindMembers && f.What != FindPosts {
		f.What = FindAll
	}
	f.Before, f.Skip = max(f.Before, 0), min(max(f.Skip, 0), maxSkip)
	if f.Before == 0 {
		f.Skip = 0
	}
}

// Members says whether members are asked for, and not a later page of posts.
func (f Search) Members() bool { return f.What != FindPosts && f.Before == 0 }

// Posts says whether posts are asked for.
func (f Search) Posts() bool { return f.What != FindMembers }

// Place is where among the posts found the page begins.
func (f Search) Place() models.SearchPlace {
	return models.SearchPlace{Before: f.Before, Skip: f.Skip}
}

// Query writes the same search for something else, for a link.
func (f Search) Query(what string) string {
	v := url.Values{"q": {f.Words}}
	if what != FindAll {
		v.Set("what", what)
	}
	return "?" + v.Encode()
}

// QueryAt writes the search for a later page of posts, for a link.
func (f Search) QueryAt(at models.SearchPlace) string {
	v := url.Values{"q": {f.Words}, "what": {FindPosts}, "before": {strconv.FormatInt(at.Before, 10)}}
	if at.Skip > 0 {
		v.Set("skip", strconv.Itoa(at.Skip))
	}
	return "?" + v.Encode()
}
