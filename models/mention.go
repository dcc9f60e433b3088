package models

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// maxMentions bounds how many members one text can call.
const maxMentions = 10

// mention is an @ at the beginning of a word, and what may be a username. The
// rules for usernames are in forms; what fits none of a member's names is text.
var mention = regexp.MustCompile(`(?:^|[^\pL\pN_@./-])@([\pL\pN][\pL\pM\pN_.-]{1,28}[\pL\pM\pN_-])`)

// mentionedIn finds the members whom a text calls by @username.
func mentionedIn(ctx context.Context, conn *gorm.DB, text string) ([]User, error) {
	var keys []string
	for _, m := range mention.FindAllStringSubmatch(text, maxMentions) {
		keys = append(keys, Key(m[1]))
	}
	if len(keys) == 0 {
		return nil, nil
	}
	users, err := db.Rows[User](conn).Select("id", "username", "username_key").Where("username_key IN ?", keys).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("find who is mentioned: %w", err)
	}
	return users, nil
}

// usernames joins names for Post.Mentions; names have no spaces in them.
func usernames(users []User) string {
	names := make([]string, len(users))
	for i, u := range users {
		names[i] = u.Username
	}
	return strings.Join(names, " ")
}

// notifyMentioned tells those whom a text calls, but for those who do not see
// the author of the post that it belongs to.
func notifyMentioned(ctx context.Context, tx *gorm.DB, people []User, author int64, n Notification) (told []int64, err error) {
	for _, u := range people {
		if hidden, err := Blocked(ctx, tx, u.ID, author); err != nil {
			return nil, err
		} else if hidden {
			continue
		}
		n.UserID = u.ID
		one, err := notify(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		told = append(told, one...)
	}
	return told, nil
}
