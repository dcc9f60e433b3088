package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Sightings is a question about sightings. Each method returns a narrower
// question and leaves the old one as it was; Find, Pins, Months and Get ask it.
type Sightings struct {
	keys db.Query[Sighting] // which sightings
	most int
	conn *gorm.DB
}

// SightingsIn starts with every sighting in the database or transaction. Every
// question begins here.
func SightingsIn(conn *gorm.DB) Sightings {
	return Sightings{keys: db.Rows[Sighting](conn), conn: conn}
}

// VisibleTo leaves out whom the viewer does not see, as hero or as reporter.
func (q Sightings) VisibleTo(v Viewer) Sightings {
	if v.ID == 0 {
		return q
	}
	return q.where(unblocked("sightings.hero_id"), v.ID).where(unblocked("sightings.user_id"), v.ID)
}

// Of keeps the sightings of one hero.
func (q Sightings) Of(hero int64) Sightings { return q.where("sightings.hero_id = ?", hero) }

// By keeps what one member reported.
func (q Sightings) By(user int64) Sightings { return q.where("sightings.user_id = ?", user) }

// In keeps what was seen in the country with this code.
func (q Sightings) In(country string) Sightings {
	return q.where("sightings.location_id IN (SELECT id FROM locations WHERE country = ?)", country)
}

// Between keeps what was seen from one time on and before the other. A zero
// time is no limit.
func (q Sightings) Between(from, to time.Time) Sightings {
	if !from.IsZero() {
		q = q.where("sightings.seen_at >= ?", from.UTC())
	}
	if !to.IsZero() {
		q = q.where("sightings.seen_at < ?", to.UTC())
	}
	return q
}

// Before keeps what follows a sighting in the order of Newest. The zero Mark
// is the beginning.
func (q Sightings) Before(m Mark) Sightings {
	if m == (Mark{}) {
		return q
	}
	return q.where("(sightings.seen_at, sightings.id) < (?, ?)", m.SeenAt.UTC(), m.ID)
}

// Newest stops after the n that were seen last.
func (q Sightings) Newest(n int) Sightings { q.most = n; return q }

func (q Sightings) where(sql string, args ...any) Sightings {
	q.keys = q.keys.Where(sql, args...)
	return q
}

const (
	newestSighting = "sightings.seen_at DESC, sightings.id DESC"
	// Only numbers are found and put in order, within an index; the rest is
	// joined to the few that are shown.
	pickedSightings = "(?) AS picked JOIN sightings ON sightings.id = picked.id" +
		" JOIN locations ON locations.id = sightings.location_id"
	sightingColumns = "sightings.id, sightings.created_at, sightings.seen_at, sightings.note," +
		" COALESCE(powers.name, '') AS power, COALESCE(powers.slug, '') AS power_slug," +
		" reporters.id AS reporter_id, reporters.username AS reporter_username, reporter_profiles.name AS reporter_name," +
		" locations.id AS location_id, locations.name AS location_name, locations.slug AS location_slug," +
		" locations.country AS location_country, locations.latitude AS location_latitude, locations.longitude AS location_longitude, "
)

func (q Sightings) picked() *gorm.DB {
	picked := q.keys.Select("sightings.id").Order(newestSighting)
	if q.most > 0 {
		picked = picked.Limit(q.most)
	}
	return picked.Sub()
}

// Find gives the sightings, those seen last first, in one query.
func (q Sightings) Find(ctx context.Context) ([]SightingCard, error) {
	return db.Rows[SightingCard](q.conn).Table(pickedSightings+faceTables("sightings.hero_id")+
		" JOIN users AS reporters ON reporters.id = sightings.user_id"+
		" JOIN profiles AS reporter_profiles ON reporter_profiles.user_id = reporters.id"+
		" LEFT JOIN powers ON powers.id = sightings.power_id", q.picked()).
		Select(sightingColumns + faceColumns("hero_")).Order(newestSighting).Find(ctx)
}

// Pins gives what the map shows of the sightings, those seen last at the end:
// they are drawn over the others.
func (q Sightings) Pins(ctx context.Context) ([]SightingPin, error) {
	return db.Rows[SightingPin](q.conn).
		Table(pickedSightings+" JOIN profiles ON profiles.user_id = sightings.hero_id", q.picked()).
		Select("sightings.id, sightings.seen_at, profiles.name AS hero, locations.name AS place, locations.latitude, locations.longitude").
		Order("sightings.seen_at, sightings.id").Find(ctx)
}

// Get asks for one sighting, which the question may hide.
func (q Sightings) Get(ctx context.Context, id int64) (SightingCard, error) {
	rows, err := q.where("sightings.id = ?", id).Find(ctx)
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return found(SightingCard{}, err, "sighting")
	}
	return rows[0], nil
}

// Same finds the sighting that hinders s from being created, or a problem "not found".
func (q Sightings) Same(ctx context.Context, s Sighting) (int64, error) {
	power := int64(0)
	if s.PowerID != nil {
		power = *s.PowerID
	}
	row, err := q.where("sightings.hero_id = ? AND sightings.location_id = ? AND sightings.hour = ? AND COALESCE(sightings.power_id, 0) = ?",
		s.HeroID, s.LocationID, s.SeenAt.UTC().Format(hourLayout), power).keys.Select("sightings.id").Take(ctx)
	row, err = found(row, err, "sighting")
	return row.ID, err
}

// Month is how much was seen in one month.
type Month struct {
	First     time.Time // the first moment of the month, UTC
	Sightings int
}

// Months counts the sightings of each month that has some, the last first.
func (q Sightings) Months(ctx context.Context) ([]Month, error) {
	var rows []struct {
		Month     string
		Sightings int
	}
	err := q.keys.Select("substr(sightings.hour, 1, 7) AS month, count(*) AS sightings").
		Group("substr(sightings.hour, 1, 7)").Order("month DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	months := make([]Month, len(rows))
	for i, r := range rows {
		first, err := time.Parse("2006-01", r.Month)
		if err != nil {
			return nil, fmt.Errorf("month of a sighting: %w", err)
		}
		months[i] = Month{first, r.Sightings}
	}
	return months, nil
}
