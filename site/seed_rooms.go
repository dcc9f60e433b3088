package site

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/demo"
)

// seedRooms opens the demo rooms. Those whose founder has one of that name are
// left alone, and so are conversations in which something has been said.
func seedRooms(ctx context.Context, tx *gorm.DB) error {
	rooms, err := demo.Rooms()
	if err != nil {
		return err
	}
	at := time.Now().UTC().Add(-time.Duration(len(rooms)) * time.Hour)
	for i, r := range rooms {
		if err := seedRoom(ctx, tx, r, at.Add(time.Duration(i)*time.Hour)); err != nil {
			return fmt.Errorf("demo room %q: %w", r.Name, err)
		}
	}
	return nil
}

func seedRoom(ctx context.Context, tx *gorm.DB, r demo.Room, at time.Time) error {
	people, err := peopleNamed(ctx, tx, r.Members)
	if err != nil {
		return err
	}
	room, isNew, err := openDemoRoom(ctx, tx, r, people)
	if err != nil || !isNew {
		return err
	}
	for _, name := range r.Members {
		if err := models.JoinRoom(ctx, tx, room, people[name]); err != nil {
			return err
		}
	}
	for i, said := range r.Messages {
		by, ok := people[said[0]]
		if !ok {
			return fmt.Errorf("%s says something and is no member", said[0])
		}
		m, _, err := models.Say(ctx, tx, room, models.Message{UserID: by, Text: said[1], Nonce: fmt.Sprint("demo-", i)})
		if err != nil {
			return err
		}
		when := at.Add(time.Duration(i) * 4 * time.Minute)
		if _, err := db.Rows[models.Message](tx).Where("id = ?", m.ID).Update(ctx, "created_at", when); err != nil {
			return err
		}
	}
	return nil
}

func openDemoRoom(ctx context.Context, tx *gorm.DB, r demo.Room, people map[string]int64) (room models.Room, isNew bool, err error) {
	founder := people[r.Members[0]]
	if r.Direct {
		room, err = models.DirectRoom(ctx, tx, founder, people[r.Members[1]])
		return room, room.LastMessageID == 0, err
	}
	room, err = db.Rows[models.Room](tx).Where("user_id = ? AND name = ?", founder, r.Name).Take(ctx)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return room, false, err
	}
	room = models.Room{UserID: founder, Name: r.Name, Topic: r.Topic, Private: r.Private}
	return room, true, models.CreateRoom(ctx, tx, &room)
}

func peopleNamed(ctx context.Context, tx *gorm.DB, names []string) (map[string]int64, error) {
	people := map[string]int64{}
	for _, name := range names {
		u, err := models.UserByUsername(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		people[name] = u.ID
	}
	return people, nil
}
