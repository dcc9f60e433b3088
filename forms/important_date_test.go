package forms_test

import (
	"strings"
	"testing"

	"superbook/forms"
	"superbook/models"
)

func TestImportantDate(t *testing.T) {
	t.Parallel()
	good := func(vip bool) forms.ImportantDate {
		f := forms.NewImportantDate(vip)
		f.Name, f.Day, f.Note, f.Remind = "  First\tflight ", " 2012-02-29 ", "Off the roof.\r\n", " 7 "
		return f
	}
	for name, tt := range map[string]struct {
		change func(*forms.ImportantDate)
		field  string // "" when it is accepted
	}{
		"as it should be":       {func(*forms.ImportantDate) {}, ""},
		"longest":               {func(f *forms.ImportantDate) { f.Name, f.Note = strings.Repeat("é", 60), strings.Repeat("ж", 500) }, ""},
		"no note, no reminder":  {func(f *forms.ImportantDate) { f.Note, f.Remind = "", "" }, ""},
		"reminder on the day":   {func(f *forms.ImportantDate) { f.Remind = "0" }, ""},
		"no name":               {func(f *forms.ImportantDate) { f.Name = "\x00 " }, "name"},
		"a name too long":       {func(f *forms.ImportantDate) { f.Name = strings.Repeat("é", 61) }, "name"},
		"not a day":             {func(f *forms.ImportantDate) { f.Day = "2011-02-29" }, "day"},
		"a day with a time":     {func(f *forms.ImportantDate) { f.Day = "2012-02-29T00:00" }, "day"},
		"a year of five digits": {func(f *forms.ImportantDate) { f.Day = "12012-02-29" }, "day"},
		"a note too long":       {func(f *forms.ImportantDate) { f.Note = strings.Repeat("ж", 501) }, "note"},
		"half a day before":     {func(f *forms.ImportantDate) { f.Remind = "0.5" }, "remind"},
		"too long before":       {func(f *forms.ImportantDate) { f.Remind = "31" }, "remind"},
	} {
		f := good(true)
		tt.change(&f)
		if f.Check(); f.OK() != (tt.field == "") || tt.field != "" && f.Error(tt.field) == "" {
			t.Errorf("%s: %v", name, f.All())
		}
	}
}

func TestReminderIsForVIPs(t *testing.T) {
	t.Parallel()
	three, seven := 3, 7
	for name, tt := range map[string]struct {
		vip    bool
		remind string
		was    *int
		want   *int
	}{
		"a VIP sets it":               {true, "7", nil, &seven},
		"a VIP changes it":            {true, "7", &three, &seven},
		"a VIP takes it away":         {true, "", &three, nil},
		"somebody else cannot set it": {false, "7", nil, nil},
		"nor change it":               {false, "7", &three, &three},
		"nor take it away":            {false, "", &three, &three},
		"nor be refused for it":       {false, "nonsense", nil, nil},
	} {
		f := forms.NewImportantDate(tt.vip)
		f.Name, f.Day, f.Remind = "First flight", "2012-02-29", tt.remind
		d := models.ImportantDate{RemindDays: tt.was}
		if f.Check(); !f.OK() {
			t.Errorf("%s: %v", name, f.All())
		}
		f.Change(&d)
		if (d.RemindDays == nil) != (tt.want == nil) || tt.want != nil && *d.RemindDays != *tt.want {
			t.Errorf("%s: it is %v", name, d.RemindDays)
		}
		if d.Name != "First flight" || d.Day != "2012-02-29" {
			t.Errorf("%s: the date is %+v", name, d)
		}
	}
}
