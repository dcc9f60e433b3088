package site

import (
	"context"
	"fmt"
	"hash/fnv"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/demo"
)

// seedFollows has the demo members who are new follow each other, always in the
// same way: heroes are followed more than fans, and most of all the first of the
// roster. Who was here before follows whom they will.
func seedFollows(ctx context.Context, tx *gorm.DB, roster []demo.Member, fresh map[string]bool) error {
	if len(fresh) == 0 {
		return nil
	}
	ids := map[string]int64{}
	for _, m := range roster {
		u, err := models.UserByUsername(ctx, tx, m.Username)
		if err != nil {
			return err
		}
		ids[m.Username] = u.ID
	}
	for i, follower := range roster {
		for j, followee := range roster {
			if i == j || !fresh[follower.Username] || dice(follower.Username, followee.Username) >= wish(i, j, followee) {
				continue
			}
			if _, _, err := models.CreateFollow(ctx, tx, ids[follower.Username], ids[followee.Username]); err != nil {
				return fmt.Errorf("%s follows %s: %w", follower.Username, followee.Username, err)
			}
		}
	}
	for name := range fresh {
		if err := readMost(ctx, tx, ids[name]); err != nil {
			return err
		}
	}
	return nil
}

// leftUnread is how much of what they were told the demo members have not read.
const leftUnread = 3

func readMost(ctx context.Context, tx *gorm.DB, member int64) error {
	newest, err := models.NotificationsOf(tx, member).Newest(ctx, leftUnread+1)
	if err != nil || len(newest) <= leftUnread {
		return err
	}
	return models.MarkSeen(ctx, tx, member, newest[leftUnread].ID)
}

// wish is how much one of the roster wants to follow another, in percent.
func wish(follower, followee int, m demo.Member) int {
	switch {
	case followee == 0:
		return 60
	case follower == 0:
		return 37
	case models.Kind(m.Kind) == models.Hero:
		return 20
	}
	return 9
}

// dice gives a number below 100 that is the same for the same two names.
func dice(a, b string) int {
	h := fnv.New64a()
	h.Write([]byte(a + " " + b))
	n := h.Sum64()
	return int((n ^ n>>29) * 0x9e3779b97f4a7c15 >> 33 % 100)
}
