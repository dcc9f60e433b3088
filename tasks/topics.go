package tasks

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
)

// Topics are what open pages follow. Some carry content that is not for
// everybody: views ask for the right when a page subscribes, and the topic says
// whose content it is, so that a stream can leave out what its reader may not
// see when it is published.

// PhotoTopic is what pages subscribe to in order to follow a photo.
func PhotoTopic(id int64) string { return fmt.Sprintf("photo:%d", id) }

// TaskTopic carries how a task goes on, to its owner and staff.
func TaskTopic(id int64) string { return fmt.Sprintf("task:%d", id) }

// WebhookTopic carries how a webhook does, and what is sent to it, to its owner and
// staff.
func WebhookTopic(id int64) string { return topic("webhook", id, nil) }

// DeliveryTopic carries how one message to a webhook fares, to the same people.
func DeliveryTopic(id int64) string { return topic("delivery", id, nil) }

// MemberTopic carries what concerns one member only: notifications, and posts
// that are personal.
func MemberTopic(id int64) string { return fmt.Sprintf("member:%d", id) }

// AuthorTopic carries the new public posts of one member. What they say may
// show others too, whom a reader must see as well.
func AuthorTopic(author int64, others ...int64) string { return topic("author", author, others) }

// PostTopic carries how one post changes: its words, its counts, its end, and
// what others say about it, whom a reader must see.
func PostTopic(id int64, others ...int64) string { return topic("post", id, others) }

// UserTopic carries how a member's own page changes: their counts, and whether
// they are here.
func UserTopic(member int64) string { return topic("user", member, nil) }

// PatrolTopic carries that one member comes on patrol, or goes.
func PatrolTopic(member int64) string { return topic("patrol", member, nil) }

// SightingTopic carries that a hero was seen, or was not after all. It names
// those whom a reader must see: the hero and who reported it.
func SightingTopic(hero, reporter int64) string { return topic("sighting", hero, []int64{reporter}) }

const pageTopic = "page:"

// NewPageTopic makes a topic for what comes late to one page that has been
// shown. It is a capability: 130 random bits that nobody knows but that page, so
// whoever names it may follow.
func NewPageTopic() string { return pageTopic + rand.Text() }

// IsPageTopic says whether a topic could come from NewPageTopic: 26 letters and
// digits of RFC 4648's base 32.
func IsPageTopic(topic string) bool {
	token, ok := strings.CutPrefix(topic, pageTopic)
	return ok && len(token) == 26 && strings.Trim(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// PulseTopic carries the pulse of this process, for staff.
func PulseTopic(span PulseSpan) string { return topic("pulse", int64(span), nil) }

func topic(kind string, id int64, others []int64) string {
	b := strconv.AppendInt([]byte(kind+":"), id, 10)
	for _, o := range others {
		b = strconv.AppendInt(append(b, ':'), o, 10)
	}
	return string(b)
}

// SchedulesTopic carries how schedules change and run. It is for staff.
const SchedulesTopic = "schedules:0"

// JobTopic carries how one job of the queue goes on. Only staff may follow it, and
// each process publishes it for its own readers.
func JobTopic(id int64) string { return topic("job", id, nil) }

// QueuesTopic carries how the queues are doing. Only staff may follow it, and each
// process publishes it for its own readers.
const QueuesTopic = "queues:0"

// WebhooksTopic carries how all webhooks do. It is for staff, and each process
// publishes it for its own readers, as it does those of single webhooks.
const WebhooksTopic = "webhooks:0"
