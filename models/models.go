// Package models holds SuperBook's tables, the questions asked of them and the
// rules they keep. It knows nothing of requests, pages or queues.
package models

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"superbook/kit/problem"
)

// All lists every table, parents first. A test holds it against the migrations.
func All() []any {
	return []any{&User{}, &Photo{}, &Origin{}, &Power{}, &Profile{}, &ProfilePower{}, &ProfileWord{},
		&Post{}, &Attachment{}, &Comment{}, &Like{}, &Follow{}, &Block{}, &Notification{}, &Presence{},
		&Location{}, &Sighting{},
		&Room{}, &RoomMember{}, &Message{},
		&ImportantDate{}, &Subscriber{}, &PostWord{}, &Upload{}, &Task{}, &Webhook{}, &Delivery{}, &DeliveryAttempt{},
		&Schedule{}, &ScheduleChange{}, &Digest{}}
}

// found turns gorm's "no rows" into words that a visitor may read.
func found[T any](v T, err error, what string) (T, error) {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return v, problem.NotFound("There is no such " + what + ".").Because(err)
	}
	return v, err
}

// now is the time as every database keeps it: UTC, whole microseconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Today is the day that it is, in UTC, as days are kept: without a time.
func Today() time.Time { return time.Now().UTC().Truncate(24 * time.Hour) }
