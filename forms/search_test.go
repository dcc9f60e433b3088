package forms_test

import (
	"strings"
	"testing"

	"superbook/forms"
	"superbook/models"
)

func TestSearchTidiesWhatItIsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asked, want    forms.Search
		members, posts bool
	}{
		"nothing":                {forms.Search{}, forms.Search{What: "all"}, true, true},
		"words":                  {forms.Search{Words: "  night \x00 her "}, forms.Search{Words: "night her", What: "all"}, true, true},
		"members":                {forms.Search{What: "members"}, forms.Search{What: "members"}, true, false},
		"posts":                  {forms.Search{What: "posts", Before: 7, Skip: 20}, forms.Search{What: "posts", Before: 7, Skip: 20}, false, true},
		"a later page":           {forms.Search{Before: 7}, forms.Search{What: "all", Before: 7}, false, true},
		"what is not":            {forms.Search{What: "villains", Before: -7, Skip: -1}, forms.Search{What: "all"}, true, true},
		"a place without a page": {forms.Search{Skip: 20}, forms.Search{What: "all"}, true, true},
		"a long search":          {forms.Search{Words: strings.Repeat("ж", 10_000)}, forms.Search{Words: strings.Repeat("ж", 100), What: "all"}, true, true},
		"a hundred families":     {forms.Search{Words: strings.Repeat("👩‍🚒", 100)}, forms.Search{Words: strings.Repeat("👩‍🚒", 100), What: "all"}, true, true},
	} {
		f := c.asked
		if f.Tidy(); f != c.want || f.Members() != c.members || f.Posts() != c.posts {
			t.Errorf("%s: %+v, members %v, posts %v", name, f, f.Members(), f.Posts())
		}
	}
	f := forms.Search{Words: "a&b"}
	for got, want := range map[string]string{
		f.Query("all"): "?q=a%26b", f.Query("posts"): "?q=a%26b&what=posts",
		f.QueryAt(models.SearchPlace{Before: 7}):           "?before=7&q=a%26b&what=posts",
		f.QueryAt(models.SearchPlace{Before: 7, Skip: 20}): "?before=7&q=a%26b&skip=20&what=posts",
	} {
		if got != want {
			t.Errorf("the query is %s, want %s", got, want)
		}
	}
}
