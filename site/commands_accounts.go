package site

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/auth"
	"superbook/models"
)

// CreateSuperuser makes an account for whoever runs the site.
type CreateSuperuser struct {
	Username string `help:"Asked for when not given."`
	Email    string `help:"Asked for when not given."`
}

// Run asks for what is not given. The password comes from PASSWORD, or is asked for.
func (cmd CreateSuperuser) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		in := newPrompt()
		f := forms.Signup{Username: in.line("Username", cmd.Username), Email: in.line("Mail address", cmd.Email), Kind: models.Fan}
		f.Password = in.password()
		f.Password2 = f.Password
		if f.Check(); in.err != nil || !f.OK() {
			return errors.Join(in.err, complain(f.All()))
		}
		hash, err := s.Views.Hasher.Hash(ctx, f.Password)
		if err != nil {
			return err
		}
		err = s.DB.Tx(ctx, func(tx *gorm.DB) error {
			_, err := models.CreateUser(ctx, tx, models.User{Username: f.Username, Email: f.Email, PasswordHash: hash, Staff: true}, models.Profile{Kind: f.Kind})
			return err
		})
		if err == nil {
			fmt.Printf("Made the staff account %s; log in with it and open /dashboard/tasks\n", f.Username)
		}
		return err
	})
}

// ChangePassword sets somebody's password, which logs them out everywhere.
type ChangePassword struct {
	Username string `arg:"" help:"Whose."`
}

// Run takes the password from PASSWORD, or asks for it.
func (cmd ChangePassword) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		u, err := models.UserByUsername(ctx, s.DB.Read, cmd.Username)
		if err != nil {
			return err
		}
		in := newPrompt()
		password := in.password()
		if words := auth.PasswordProblem(password, u.Username, u.Email); in.err != nil || words != "" {
			return errors.Join(in.err, complain(map[string]string{"password": words}))
		}
		hash, err := s.Views.Hasher.Hash(ctx, password)
		if err != nil {
			return err
		}
		return s.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SetPassword(ctx, tx, u.ID, hash) })
	})
}
