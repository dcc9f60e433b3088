package forms

import (
	"superbook/kit/fault"
	"superbook/kit/form"
)

// Fault is what is to go wrong with one kind of task, in development. A field
// that is empty is a fault that is off.
type Fault struct {
	form.Errors `json:"-"`
	Do          string `form:"do" json:"do"` // set, or what another button says: off, cut, miss
	Kind        string `form:"kind" json:"kind"`
	Slow        string `form:"slow" json:"slow"`
	Cut         string `form:"cut" json:"cut"`
	Miss        string `form:"miss" json:"miss"`
	Kill        string `form:"kill" json:"kill"`
	Panic       string `form:"panic" json:"panic"`
	Fail        string `form:"fail" json:"fail"`

	wish fault.Fault
}

// Check tidies the fields and notes what is wrong. Which kinds there are, the
// view knows.
func (f *Fault) Check() {
	for _, field := range []struct {
		name string
		text *string
	}{{"slow", &f.Slow}, {"cut", &f.Cut}, {"miss", &f.Miss}, {"kill", &f.Kill}, {"panic", &f.Panic}, {"fail", &f.Fail}} {
		if *field.text = form.Line(*field.text); *field.text == "" {
			continue
		}
		words := "Give a number of attempts, from 1 to 100, or nothing."
		if field.name == "slow" {
			words = "Give a time like 5s or 1m30s, at most an hour, or nothing."
		}
		f.Need(field.name, f.wish.Set(field.name, *field.text) == nil, words)
	}
}

// Wish is what the fields say, once Check has found nothing wrong.
func (f *Fault) Wish() fault.Fault { return f.wish }
