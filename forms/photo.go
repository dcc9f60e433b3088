package forms

import "superbook/kit/form"

// Photo is a submitted picture's words, and the part of it that shows; the
// bytes are streamed past the form.
type Photo struct {
	form.Errors `json:"-"`
	Crop
	Callback
	Alt    string `form:"alt" json:"alt"`
	Upload string `form:"upload" json:"upload"` // the id of a photo that came before its form
}

// Callback is where programs want to be called when the work is done.
type Callback struct {
	CallbackURL string `form:"callback_url" json:"callback_url"`
}

// Check tidies the fields and notes what is wrong.
func (f *Photo) Check() {
	f.Alt = form.Line(f.Alt)
	f.Need("alt", atMost(f.Alt, maxAlt), "Keep the description to 300 characters.")
	f.check(&f.Errors)
}

// Fit notes what is wrong with the crop for a picture of w by h pixels, after
// Check.
func (f *Photo) Fit(w, h int) { f.fit(&f.Errors, w, h) }

// PhotoCrop is the form that changes the part of a photo that shows.
type PhotoCrop struct {
	form.Errors `json:"-"`
	Crop
	Callback
	Reset string `form:"reset" json:"reset"` // anything: back to the middle
}

// Check tidies the fields and notes what is wrong.
func (f *PhotoCrop) Check() {
	if f.Reset != "" {
		f.Crop = Crop{}
	}
	f.check(&f.Errors)
}

// Fit notes what is wrong with the crop for a picture of w by h pixels, after
// Check.
func (f *PhotoCrop) Fit(w, h int) { f.fit(&f.Errors, w, h) }
