package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/photo"
	"superbook/models"
	"superbook/site/demo"
	"superbook/tasks"
	"superbook/views"
)

// DemoPassword lets whoever tries the site log in as the first demo hero. Demo
// content is made by itself only in development.
const DemoPassword = "capes-are-optional"

// Empty says whether the site has no members yet.
func (s *Site) Empty(ctx context.Context) (bool, error) {
	n, err := db.Rows[models.User](s.DB.Read).Count(ctx, "*")
	return n == 0, err
}

// Seed fills in the demo content. Who is there already is left alone, so that
// it may be run again. It answers how many members it made, and whose name the
// demo login is.
func (s *Site) Seed(ctx context.Context) (made int, login string, err error) {
	roster, err := demo.Roster()
	if err != nil {
		return 0, "", err
	}
	hash, err := s.Views.Hasher.Hash(ctx, DemoPassword)
	if err != nil {
		return 0, "", err
	}
	// All in one transaction: a start that is broken off leaves a site that is
	// still empty, and is filled at the next one.
	err = s.DB.Tx(ctx, func(tx *gorm.DB) error {
		fresh := map[string]bool{}
		for i := len(roster) - 1; i >= 0; i-- { // in reverse: the first of the roster shall be the newest
			password := "" // fits nothing
			if known(i, roster[i]) {
				password = hash
			}
			isNew, err := s.seedMember(ctx, tx, roster[i], password)
			if err != nil {
				return fmt.Errorf("demo member %s: %w", roster[i].Username, err)
			}
			if isNew {
				fresh[roster[i].Username] = true
			}
		}
		made = len(fresh)
		if err := seedFollows(ctx, tx, roster, fresh); err != nil {
			return err
		}
		if err := s.seedPosts(ctx, tx, roster); err != nil {
			return err
		}
		if err := seedSightings(ctx, tx); err != nil {
			return err
		}
		if err := seedRooms(ctx, tx); err != nil {
			return err
		}
		return seedDates(ctx, tx, roster[0].Username)
	})
	return made, roster[0].Username, err
}

// known says whether a member of the roster gets the demo password: the first,
// and the one who keeps the house.
func known(i int, m demo.Member) bool { return i == 0 || m.Staff }

// DemoLogins gives the members who can still log in with the demo password.
func (s *Site) DemoLogins(ctx context.Context) (names []string, err error) {
	roster, err := demo.Roster()
	if err != nil {
		return nil, err
	}
	var candidates []string
	for i, m := range roster {
		if known(i, m) {
			candidates = append(candidates, m.Username)
		}
	}
	for _, name := range append(candidates, BulkLogin) {
		u, err := models.UserByUsername(ctx, s.DB.Read, name)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		if ok, err := s.Views.Hasher.Verify(ctx, DemoPassword, u.PasswordHash); err != nil {
			return nil, err
		} else if ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// seedMember makes one member, unless there is one of that name. The photo goes
// the way of every upload: the bytes to the store, the row and its job together.
func (s *Site) seedMember(ctx context.Context, tx *gorm.DB, m demo.Member, hash string) (isNew bool, err error) {
	if _, err := models.UserByUsername(ctx, tx, m.Username); err == nil || !errors.Is(err, gorm.ErrRecordNotFound) {
		return false, err
	}
	u, err := models.CreateUser(ctx, tx,
		models.User{Username: m.Username, Email: "demo@superbook.example", PasswordHash: hash, Staff: m.Staff},
		models.Profile{Kind: models.Kind(m.Kind), Name: m.Name, Bio: m.Bio, Birthdate: m.Birthdate,
			Origin: m.Origin, Powers: m.Powers, Address: m.Address})
	if err != nil || m.Portrait == "" {
		return err == nil, err
	}
	return true, s.seedPhoto(ctx, tx, u, m)
}

func (s *Site) seedPhoto(ctx context.Context, tx *gorm.DB, u models.User, m demo.Member) error {
	b, err := demo.Portrait(m.Portrait)
	if err != nil {
		return err
	}
	info, err := photo.Inspect(bytes.NewReader(b), int64(len(b)), "", photo.DefaultLimits())
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	p := models.Photo{UserID: u.ID, Folder: views.NewFolder(), SHA256: hex.EncodeToString(sum[:]),
		Format: info.Format, Width: info.Width, Height: info.Height, Alt: m.Alt}
	if err := s.Files.Write(ctx, tasks.Original(p.Folder), b); err != nil {
		return err
	}
	if err := models.CreatePhoto(ctx, tx, &p); err != nil {
		return err
	}
	return s.Jobs.Add(ctx, tx, tasks.ProcessPhoto{PhotoID: p.ID, Quiet: true})
}
