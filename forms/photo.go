package forms

import "superbook/kit/form"

// Photo is a submitted picture's words; the bytes are streamed past the form.
type Photo struct {
	form.Errors `json:"-"`
	Alt         string `form:"alt" json:"alt"`
	Upload      string `form:"upload" json:"upload"` // the id of a photo that came before its form
}

// Check tidies the words and notes what is wrong.
func (f *Photo) Check() {
	f.Alt = form.Line(f.Alt)
	f.Need("alt", atMost(f.Alt, maxAlt), "Keep the description to 300 characters.")
}
