package tasks

import (
	"fmt"
	"strconv"
)

// Topics are what open pages follow. Some carry content that is not for
// everybody: views ask for the right when a page subscribes, and the topic says
// whose content it is, so that a stream can leave out what its reader may not
// see when it is published.

// PhotoTopic is what pages subscribe to in order to follow a photo.
func PhotoTopic(id int64) string { return fmt.Sprintf("photo:%d", id) }

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

func topic(kind string, id int64, others []int64) string {
	b := strconv.AppendInt([]byte(kind+":"), id, 10)
	for _, o := range others {
		b = strconv.AppendInt(append(b, ':'), o, 10)
	}
	return string(b)
}
