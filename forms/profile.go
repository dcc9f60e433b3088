package forms

import (
	"strings"
	"time"

	"superbook/kit/form"
	"superbook/models"
)

// Profile is what members tell of themselves.
type Profile struct {
	form.Errors `json:"-"`
	Kind        models.Kind `form:"kind" json:"kind"`
	Name        string      `form:"name" json:"name"`
	Bio         string      `form:"bio" json:"bio"`
	Birthdate   string      `form:"birthdate" json:"birthdate"` // YYYY-MM-DD or empty
	Origin      string      `form:"origin" json:"origin"`
	Powers      string      `form:"powers" json:"powers"` // separated by commas
	Address     string      `form:"address" json:"address"`
}

// ProfileOf fills the form with what is there, for editing.
func ProfileOf(m models.Member) Profile {
	names := make([]string, len(m.Powers))
	for i, p := range m.Powers {
		names[i] = p.Name
	}
	return Profile{Kind: m.Kind, Name: m.Name, Bio: m.Bio, Birthdate: m.Birthdate,
		Origin: m.Origin, Powers: strings.Join(names, ", "), Address: m.Address}
}

// Check tidies the fields and notes what is wrong.
func (f *Profile) Check() {
	f.Name, f.Origin = form.Line(f.Name), form.Line(f.Origin)
	f.Bio, f.Address = form.Text(f.Bio), form.Text(f.Address)
	f.Birthdate = form.Line(f.Birthdate)
	f.Need("kind", f.Kind == models.Hero || f.Kind == models.Fan, "Choose hero or fan.")
	f.Need("name", f.Name != "", "Everybody needs a name. Yours may be your username.")
	f.Need("name", atMost(f.Name, maxName), "Keep it to 60 characters.")
	f.Need("bio", atMost(f.Bio, maxBio), "Keep it to 200 characters.")
	f.Need("origin", atMost(f.Origin, maxPlace), "Keep it to 80 characters.")
	f.Need("origin", f.Origin == "" || models.Slug(f.Origin) != "", "Use at least one letter or digit.")
	f.Need("address", atMost(f.Address, maxAddress), "Keep it to 200 characters.")
	f.checkBirthdate(time.Now().UTC())
	f.checkPowers()
}

func (f *Profile) checkBirthdate(today time.Time) {
	if f.Birthdate == "" {
		return
	}
	born, err := time.Parse(time.DateOnly, f.Birthdate)
	f.Need("birthdate", err == nil, "Write the date like 1990-12-31, or leave it empty.")
	f.Need("birthdate", err != nil || !born.After(today), "That day is still to come. Check the year.")
	f.Need("birthdate", err != nil || born.Year() >= 1000, "That is a very long time ago. Check the year.")
}

func (f *Profile) checkPowers() {
	powers := f.PowerList()
	f.Need("powers", len(powers) <= maxPowers, "Choose your best six.")
	for _, p := range powers {
		f.Need("powers", atMost(p, maxPower), "Keep each power to 24 characters.")
		f.Need("powers", models.Slug(p) != "", "Give each power at least one letter or digit.")
	}
}

// PowerList splits the powers at their commas.
func (f *Profile) PowerList() []string {
	var list []string
	for p := range strings.SplitSeq(f.Powers, ",") {
		if p = form.Line(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// Model is the profile as models keep it.
func (f *Profile) Model() models.Profile {
	return models.Profile{Kind: f.Kind, Name: f.Name, Bio: f.Bio, Birthdate: f.Birthdate,
		Origin: f.Origin, Powers: f.PowerList(), Address: f.Address}
}
