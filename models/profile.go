package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/fulltext"
)

// Kind says on which side of the cape a member stands.
type Kind string

// The two kinds of members.
const (
	Hero Kind = "hero"
	Fan  Kind = "fan"
)

// Profile is what a member tells of themselves.
type Profile struct {
	UserID     int64 `gorm:"primaryKey;autoIncrement:false"`
	Kind       Kind
	Name       string // shown everywhere; the username when nothing else was chosen
	NameKey    string // folded, for sorting
	Bio        string // at most 200 characters
	Birthdate  string // YYYY-MM-DD, or "" when it is a secret
	OriginID   *int64
	Address    string    // fans only; shown to nobody but its owner
	PhotoID    *int64    // the profile photo, once it is ready
	Verdict    Verdict   // what the registry of heroes said last, or ""
	VerifiedAt time.Time // when it said so
	Posts      int       // public ones; kept in step with their rows, as the next two
	Followers  int
	Following  int

	Origin string   `gorm:"-"` // the name of the origin, when saving
	Powers []string `gorm:"-"` // the names of the powers, in order, when saving
}

// ProfilePower joins profiles and powers; Place keeps the order that the hero chose.
type ProfilePower struct {
	UserID  int64 `gorm:"primaryKey;autoIncrement:false"`
	PowerID int64 `gorm:"primaryKey;autoIncrement:false"`
	Place   int
}

// ProfileWord is one word by which a search can meet a profile.
type ProfileWord struct {
	Word   string `gorm:"primaryKey"`
	UserID int64  `gorm:"primaryKey;autoIncrement:false"`
}

// Age counts full years from a birthdate to a day; ok is false when the
// birthdate is not known. Who was born on 29 February ages on 1 March.
func Age(birthdate string, on time.Time) (years int, ok bool) {
	born, err := time.Parse(time.DateOnly, birthdate)
	if err != nil || born.After(on) {
		return 0, false
	}
	years = on.Year() - born.Year()
	if on.Month() < born.Month() || on.Month() == born.Month() && on.Day() < born.Day() {
		years--
	}
	return years, true
}

// never is when a hero was verified of whom the registry was not asked yet.
var never = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func createProfile(ctx context.Context, tx *gorm.DB, u User, p Profile) error {
	p.NameKey, p.VerifiedAt = Key(p.Name), never
	if err := db.Rows[Profile](tx).Create(ctx, &p); err != nil {
		return fmt.Errorf("create profile: %w", err)
	}
	return saveParts(ctx, tx, u.Username, p, nil)
}

// SaveProfile writes what a member changed of their own profile: everything but
// the photo. Call it in a transaction.
func SaveProfile(ctx context.Context, tx *gorm.DB, u User, p Profile) error {
	old, err := db.Rows[Profile](tx).Where("user_id = ?", u.ID).Take(ctx)
	if _, err := found(old, err, "member"); err != nil {
		return err
	}
	p.UserID, p.NameKey, p.PhotoID = u.ID, Key(p.Name), old.PhotoID
	if p.Kind == Hero {
		p.Address = "" // a hero's address is a secret even from us
	}
	// Who claims something else has to be judged anew.
	p.Verdict, p.VerifiedAt = "", never
	// Set, because Updates would skip fields that became empty.
	_, err = db.Rows[Profile](tx).Where("user_id = ?", u.ID).
		Select("kind", "name", "name_key", "bio", "birthdate", "address", "verdict", "verified_at").Updates(ctx, p)
	if err != nil {
		return fmt.Errorf("save profile: %w", err)
	}
	return saveParts(ctx, tx, u.Username, p, &old)
}

// saveParts writes what hangs on a profile: origin, powers, words, and how many
// heroes each origin and power has.
func saveParts(ctx context.Context, tx *gorm.DB, username string, p Profile, old *Profile) error {
	if err := saveOrigin(ctx, tx, p, old); err != nil {
		return fmt.Errorf("save origin: %w", err)
	}
	if err := savePowers(ctx, tx, p, old); err != nil {
		return fmt.Errorf("save powers: %w", err)
	}
	if err := saveWords(ctx, tx, username, p); err != nil {
		return fmt.Errorf("save search words: %w", err)
	}
	return nil
}

func saveWords(ctx context.Context, tx *gorm.DB, username string, p Profile) error {
	if _, err := db.Rows[ProfileWord](tx).Where("user_id = ?", p.UserID).Delete(ctx); err != nil {
		return err
	}
	seen := map[string]bool{}
	var rows []ProfileWord
	for _, text := range append([]string{p.Name, username}, p.Powers...) {
		found := fulltext.Words(text)
		if len(found) == 0 { // a name of signs only
			found = []fulltext.Word{{Text: Key(text)}}
		}
		for _, w := range found {
			if w.Text != "" && !seen[w.Text] {
				seen[w.Text] = true
				rows = append(rows, ProfileWord{Word: w.Text, UserID: p.UserID})
			}
		}
	}
	return db.Rows[ProfileWord](tx).CreateInBatches(ctx, &rows, 100)
}
