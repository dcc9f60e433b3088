package forms_test

import (
	"strings"
	"testing"

	"superbook/forms"
	"superbook/models"
)

func TestHeroesTidiesWhatItIsAsked(t *testing.T) {
	t.Parallel()
	usual := forms.Heroes{Kind: "hero", Sort: "newest", Page: 1}
	for name, tt := range map[string]struct {
		asked, want forms.Heroes
		query       string // of the first page
		narrowed    bool
	}{
		"nothing": {forms.Heroes{}, usual, "?", false},
		"everything": {forms.Heroes{Search: " night  her ", Kind: "fan", Power: "Fog Craft", Origin: "Port Sable!", Sort: "name", Page: 3},
			forms.Heroes{Search: "night her", Kind: "fan", Power: "fog-craft", Origin: "port-sable", Sort: "name", Page: 3},
			"?kind=fan&origin=port-sable&power=fog-craft&q=night+her&sort=name", true},
		"what is not":    {forms.Heroes{Kind: "villain", Sort: "best", Page: -4, Power: "!!"}, usual, "?", false},
		"all":            {forms.Heroes{Kind: "all"}, forms.Heroes{Kind: "all", Sort: "newest", Page: 1}, "?kind=all", true},
		"a long search":  {forms.Heroes{Search: strings.Repeat("ж", 99)}, forms.Heroes{Search: strings.Repeat("ж", 60), Kind: "hero", Sort: "newest", Page: 1}, "", true},
		"broken letters": {forms.Heroes{Search: "a\xff\x00b"}, forms.Heroes{Search: "a\ufffd b", Kind: "hero", Sort: "newest", Page: 1}, "?q=a%EF%BF%BD+b", true},
	} {
		f := tt.asked
		f.Tidy()
		if f != tt.want || f.Narrowed() != tt.narrowed {
			t.Errorf("%s: %+v, narrowed %v", name, f, f.Narrowed())
		}
		if got := f.Query(1); tt.query != "" && got != tt.query {
			t.Errorf("%s: the query is %s, want %s", name, got, tt.query)
		}
	}
	if got := usual.Query(7); got != "?page=7" {
		t.Errorf("page seven is %s", got)
	}
}

func TestProfileGoesThereAndBack(t *testing.T) {
	t.Parallel()
	m := models.Member{Kind: models.Fan, Name: "Wren", Bio: "one\ntwo", Birthdate: "2000-02-29", Origin: "Low Quay", Address: "3 Rope Walk",
		Powers: []models.Power{{Name: "Tea"}, {Name: "Fog craft"}}}
	f := forms.ProfileOf(m)
	if f.Check(); !f.OK() || f.Powers != "Tea, Fog craft" {
		t.Fatalf("%+v %v", f, f.All())
	}
	p := f.Model()
	if p.Kind != m.Kind || p.Name != m.Name || p.Bio != m.Bio || p.Birthdate != m.Birthdate || p.Origin != m.Origin ||
		p.Address != m.Address || strings.Join(p.Powers, "|") != "Tea|Fog craft" {
		t.Errorf("%+v", p)
	}
}
