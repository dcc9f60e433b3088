package site

import (
	"context"

	"gorm.io/gorm"

	"superbook/models"
)

// VIP lets a member into the VIP group, or out of it.
type VIP struct {
	Username string `arg:"" help:"Who."`
	Off      bool   `help:"Out of the group instead."`
}

// Run takes effect with the member's next page.
func (cmd VIP) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		u, err := models.UserByUsername(ctx, s.DB.Read, cmd.Username)
		if err != nil {
			return err
		}
		return s.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SetVIP(ctx, tx, u.ID, !cmd.Off) })
	})
}
