package forms

import (
	"strconv"
	"time"

	"superbook/kit/form"
	"superbook/models"
)

// ImportantDate is a day to remember. VIPs see one field more.
type ImportantDate struct {
	form.Errors `json:"-"`
	Name        string `form:"name" json:"name"`
	Day         string `form:"day" json:"day"` // YYYY-MM-DD
	Yearly      bool   `form:"yearly" json:"yearly"`
	Note        string `form:"note" json:"note"`
	Remind      string `form:"remind" json:"remind"` // VIPs: days before, or empty

	vip bool // not exported, so that nothing that is posted can set it
}

// NewImportantDate is the empty form, as a VIP or somebody else sees it.
func NewImportantDate(vip bool) ImportantDate { return ImportantDate{vip: vip} }

// ImportantDateOf fills the form with what is there, for editing.
func ImportantDateOf(d models.ImportantDate, vip bool) ImportantDate {
	f := ImportantDate{Name: d.Name, Day: d.Day, Yearly: d.Yearly, Note: d.Note, vip: vip}
	if d.RemindDays != nil {
		f.Remind = strconv.Itoa(*d.RemindDays)
	}
	return f
}

// VIP says whether the form has the field for VIPs.
func (f ImportantDate) VIP() bool { return f.vip }

// Check tidies the fields and notes what is wrong.
func (f *ImportantDate) Check() {
	f.Name, f.Day, f.Note, f.Remind = form.Line(f.Name), form.Line(f.Day), form.Text(f.Note), form.Line(f.Remind)
	f.Need("name", f.Name != "", "Give the day a name, like “First flight”.")
	f.Need("name", atMost(f.Name, maxName), "Keep it to 60 characters.")
	day, err := time.Parse(time.DateOnly, f.Day)
	f.Need("day", err == nil, "Write the date like 2026-12-31.")
	f.Need("day", err != nil || day.Year() >= 1000, "That is a very long time ago. Check the year.")
	f.Need("note", atMost(f.Note, maxNote), "Keep it to 500 characters.")
	if f.vip && f.Remind != "" {
		days, err := strconv.Atoi(f.Remind)
		f.Need("remind", err == nil && days >= 0 && days <= maxRemind, "Give a number from 0 to 30, or leave it empty.")
	}
}

// Change writes a form that was accepted into a date. Who is no VIP cannot
// change the reminder: it stays as it was.
func (f *ImportantDate) Change(d *models.ImportantDate) {
	d.Name, d.Day, d.Yearly, d.Note = f.Name, f.Day, f.Yearly, f.Note
	if !f.vip {
		return
	}
	d.RemindDays = nil
	if days, err := strconv.Atoi(f.Remind); err == nil {
		d.RemindDays = &days
	}
}
