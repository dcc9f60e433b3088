package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// WebhookCard is a webhook as staff sees it, with whose it is.
type WebhookCard struct {
	Webhook  `gorm:"embedded"`
	Username string
}

// TableName tells gorm that a WebhookCard is read from joined tables.
func (WebhookCard) TableName() string { return "webhooks" }

// WebhookList is a question about webhooks of everybody.
type WebhookList struct{ db.Query[WebhookCard] }

// WebhookCards starts with every webhook.
func WebhookCards(conn *gorm.DB) WebhookList {
	return WebhookList{db.Rows[WebhookCard](conn).Table("webhooks JOIN users ON users.id = webhooks.user_id").Select("webhooks.*, users.username")}
}

// Health is how a webhook does.
type Health string

// The healths that staff tell apart.
const (
	HealthFailing Health = "failing"
	HealthOff     Health = "off"
	HealthWell    Health = "well"
)

// Healths are all of them, the one that wants a look first.
func Healths() []Health { return []Health{HealthFailing, HealthOff, HealthWell} }

// Known says whether there is such a health.
func (h Health) Known() bool { return slices.Contains(Healths(), h) }

// troubled is what their index is for.
const troubled = "(webhooks.failing_since IS NOT NULL OR webhooks.off_at IS NOT NULL)"

// Which keeps those of one health.
func (q WebhookList) Which(h Health) WebhookList {
	switch h {
	case HealthFailing:
		return WebhookList{q.Where(troubled + " AND webhooks.off_at IS NULL")}
	case HealthOff:
		return WebhookList{q.Where(troubled + " AND webhooks.off_at IS NOT NULL")}
	}
	return WebhookList{q.Where("NOT " + troubled)}
}

// Before keeps those that are older than the one with this number; 0 keeps all.
func (q WebhookList) Before(id int64) WebhookList {
	if id == 0 {
		return q
	}
	return WebhookList{q.Where("webhooks.id < ?", id)}
}

// Newest gives the newest n.
func (q WebhookList) Newest(ctx context.Context, n int) ([]WebhookCard, error) {
	return q.Order("webhooks.id DESC").Limit(n).Find(ctx)
}

// DeliveryCard is a delivery with where it goes, and to whom.
type DeliveryCard struct {
	Delivery `gorm:"embedded"`
	URL      string `gorm:"column:url"`
	Username string
}

// TableName tells gorm that a DeliveryCard is read from joined tables.
func (DeliveryCard) TableName() string { return "deliveries" }

// Undelivered gives the newest n deliveries that have not arrived, of everybody, and
// are older than the one with a number; 0 begins at the newest.
func Undelivered(ctx context.Context, conn *gorm.DB, before int64, n int) ([]DeliveryCard, error) {
	q := db.Rows[DeliveryCard](conn).
		Table("deliveries JOIN webhooks ON webhooks.id = deliveries.webhook_id JOIN users ON users.id = webhooks.user_id").
		Select("deliveries.*, webhooks.url, users.username").Where("deliveries.state <> 'delivered'")
	if before != 0 {
		q = q.Where("deliveries.id < ?", before)
	}
	return q.Order("deliveries.id DESC").Limit(n).Find(ctx)
}

// DeliveryCount is how many deliveries are in a state.
type DeliveryCount struct {
	State DeliveryState
	N     int
}

// TableName tells gorm what is counted.
func (DeliveryCount) TableName() string { return "deliveries" }

// CountUndelivered counts what has not arrived, by state.
func CountUndelivered(ctx context.Context, conn *gorm.DB) ([]DeliveryCount, error) {
	return db.Rows[DeliveryCount](conn).Select("state, COUNT(*) AS n").Where("state <> 'delivered'").Group("state").Order("state").Find(ctx)
}
