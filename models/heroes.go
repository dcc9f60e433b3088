package models

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// ErrNamesakes says that several heroes have that name.
var ErrNamesakes = errors.New("models: several heroes have that name")

// HeroCalled finds a hero whom the viewer sees, as people call them: by username, with or without an
// @, or else by a name that only one hero has. The error is a problem "not
// found", or ErrNamesakes.
func HeroCalled(ctx context.Context, conn *gorm.DB, who Viewer, text string) (Face, error) {
	key := Key(strings.TrimPrefix(strings.TrimSpace(text), "@"))
	rows, err := db.Rows[Face](conn).Table("users JOIN profiles ON profiles.user_id = users.id").
		Select("users.id, users.username, profiles.name").
		Where("users.id IN (SELECT id FROM users WHERE username_key = ?"+
			" UNION SELECT user_id FROM profiles WHERE kind = ? AND name_key = ?) AND profiles.kind = ?", key, Hero, key, Hero).Where(unblocked("users.id"), who.ID).
		Order("users.id").Limit(20).Find(ctx)
	for _, f := range rows {
		if Key(f.Username) == key {
			return f, nil
		}
	}
	switch {
	case err == nil && len(rows) == 0:
		return found(Face{}, gorm.ErrRecordNotFound, "hero")
	case err == nil && len(rows) > 1:
		return Face{}, ErrNamesakes
	case err != nil:
		return Face{}, err
	}
	return rows[0], nil
}

// HeroNames gives the first n heroes by name whom the viewer sees, without their portraits.
func HeroNames(ctx context.Context, conn *gorm.DB, who Viewer, n int) ([]Face, error) {
	return db.Rows[Face](conn).Table("profiles JOIN users ON users.id = profiles.user_id").
		Select("users.id, users.username, profiles.name").
		Where("profiles.kind = ?", Hero).Where(unblocked("users.id"), who.ID).Order("profiles.name_key, profiles.user_id").Limit(n).Find(ctx)
}

// PowerNamed finds a power by its name or slug.
func PowerNamed(ctx context.Context, conn *gorm.DB, name string) (Power, error) {
	p, err := db.Rows[Power](conn).Where("slug = ?", Slug(name)).Take(ctx)
	return found(p, err, "power")
}
