package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Sighting is what one member tells of having seen a hero.
type Sighting struct {
	ID         int64
	CreatedAt  time.Time
	UserID     int64  // who reported it
	HeroID     int64  // who was seen
	PowerID    *int64 // what the hero did; nil when nothing showed
	LocationID int64
	SeenAt     time.Time // UTC, whole minutes
	Hour       string    // of SeenAt; with hero, power and place unique
	Note       string    // at most 280 characters
}

// hourLayout writes the hour of a sighting.
const hourLayout = "2006-01-02T15"

// ErrSameSighting says that somebody has reported this hero, with this power,
// at this place and hour.
var ErrSameSighting = errors.New("models: same sighting again")

// CreateSighting adds a sighting. Without a LocationID it is at the place,
// which is made unless its country has one of that name. The error is
// ErrSameSighting, after which the transaction is of no further use, or a
// *PlaceTakenError.
func CreateSighting(ctx context.Context, tx *gorm.DB, s *Sighting, place Location) error {
	if s.LocationID == 0 {
		kept, err := saveLocation(ctx, tx, place)
		if err != nil {
			return err
		}
		s.LocationID = kept.ID
	}
	s.CreatedAt, s.SeenAt = now(), s.SeenAt.UTC().Truncate(time.Minute)
	s.Hour = s.SeenAt.Format(hourLayout)
	if err := db.Rows[Sighting](tx).Create(ctx, s); db.IsDuplicate(err) {
		return ErrSameSighting
	} else if err != nil {
		return fmt.Errorf("create sighting: %w", err)
	}
	return nil
}

// DeleteSighting forgets a sighting. Its place stays.
func DeleteSighting(ctx context.Context, tx *gorm.DB, id int64) error {
	if _, err := db.Rows[Sighting](tx).Where("id = ?", id).Delete(ctx); err != nil {
		return fmt.Errorf("delete sighting: %w", err)
	}
	return nil
}
