package forms

import (
	"superbook/kit/auth"
	"superbook/kit/form"
	"superbook/models"
)

// Signup makes an account.
type Signup struct {
	form.Errors `json:"-"`
	Username    string      `form:"username" json:"username"`
	Email       string      `form:"email" json:"email"`
	Password    string      `form:"password" json:"password"`
	Password2   string      `form:"password2" json:"password2"`
	Kind        models.Kind `form:"kind" json:"kind"`
}

// Check tidies the fields and notes what is wrong.
func (f *Signup) Check() {
	var words string
	f.Username, words = username(f.Username)
	f.Need("username", words == "", words)
	f.Email = form.Line(f.Email)
	f.Need("email", email(f.Email), "Give an address that looks like you@example.org.")
	f.Need("kind", f.Kind == models.Hero || f.Kind == models.Fan, "Choose hero or fan.")
	newPassword(&f.Errors, f.Password, f.Password2, f.Username, f.Email)
}

// newPassword holds a new password against the house's rules. Fields are
// "password" and "password2" in every form.
func newPassword(e *form.Errors, password, again string, personal ...string) {
	e.Need("password", password != "", "Choose a password.")
	e.Need("password", len(password) <= maxPassword, "That is longer than we can take. Use up to 1,000 characters.")
	words := auth.PasswordProblem(password, personal...)
	e.Need("password", words == "", words)
	e.Need("password2", password == again, "The two passwords differ. Type the same one twice.")
}

// Login asks to be known.
type Login struct {
	form.Errors `json:"-"`
	Name        string `form:"username" json:"username"` // a username, or a mail address
	Password    string `form:"password" json:"password"`
	Next        string `form:"next" json:"next"` // a path of ours to go on to
}

// Check notes what is missing; whether it is right only the view can tell.
func (f *Login) Check() {
	f.Name, f.Next = form.Line(f.Name), auth.SafeNext(f.Next)
	f.Need("username", f.Name != "" && len(f.Name) <= maxEmail, "Type your username or your mail address.")
	f.Need("password", f.Password != "" && len(f.Password) <= maxPassword, "Type your password.")
}

// PasswordChange replaces one's own password.
type PasswordChange struct {
	form.Errors `json:"-"`
	Old         string `form:"old_password" json:"old_password"`
	Password    string `form:"password" json:"password"`
	Password2   string `form:"password2" json:"password2"`
	Username    string `form:"-" json:"-"` // whose, for the rules; set by the view
}

// Check notes what is wrong; whether Old is right only the view can tell.
func (f *PasswordChange) Check() {
	f.Need("old_password", f.Old != "" && len(f.Old) <= maxPassword, "Type your present password.")
	newPassword(&f.Errors, f.Password, f.Password2, f.Username)
}

// PasswordForgotten asks for a mail with a link.
type PasswordForgotten struct {
	form.Errors `json:"-"`
	Email       string `form:"email" json:"email"`
}

// Check notes whether the address can be one.
func (f *PasswordForgotten) Check() {
	f.Email = form.Line(f.Email)
	f.Need("email", email(f.Email), "Give the address that you signed up with, like you@example.org.")
}

// PasswordReset sets a new password by way of a mailed link.
type PasswordReset struct {
	form.Errors `json:"-"`
	Password    string `form:"password" json:"password"`
	Password2   string `form:"password2" json:"password2"`
	Username    string `form:"-" json:"-"` // whose, for the rules; set by the view
}

// Check notes what is wrong.
func (f *PasswordReset) Check() { newPassword(&f.Errors, f.Password, f.Password2, f.Username) }
