package views

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"superbook/models"
)

// What a stream may ask for beside single topics.
const (
	onFeed   = "feed"   // new posts of whom the viewer follows, and their own
	onPublic = "public" // new public posts of everybody
	onPatrol = "patrol" // who comes on patrol

	onSightings = "sightings" // who is seen where
)

// audience is what a stream wants of the topics that name an author. It is made
// when the stream begins, and the stream is ended when one of its lists changes
// (see Views.changed), so it always holds what the reader may see.
type audience struct {
	feed, public, patrol, sightings bool

	posts   []int64 // that the viewer may see, in order
	authors []int64 // followed, or whose page is open, in order
	users   []int64 // whose page is open, in order
	hidden  []int64 // members who must not appear, in order
}

// asking reads what a stream asks for. It answers the posts apart: for those the
// right has to be asked.
func asking(topics []string, who models.Viewer) (a audience, posts []int64) {
	a.feed, a.public, a.patrol = slices.Contains(topics, onFeed) && who.ID != 0, slices.Contains(topics, onPublic), slices.Contains(topics, onPatrol)
	a.sightings = slices.Contains(topics, onSightings)
	for _, t := range topics {
		switch kind, id, ok := numbered(t); {
		case ok && kind == "post":
			posts = append(posts, id)
		case ok && kind == "author":
			a.authors = append(a.authors, id)
		case ok && kind == "user":
			a.users = append(a.users, id)
		}
	}
	return a, posts
}

func (v *Views) audience(ctx context.Context, who models.Viewer, asked []string) (a audience, err error) {
	a, posts := asking(asked, who)
	if len(posts) > 0 {
		if a.posts, err = models.PostsVisibleTo(v.DB.Read, who).Numbered(posts...).IDs(ctx); err != nil {
			return a, err
		}
	}
	if who.ID == 0 || a.empty() {
		return a.sorted(), nil
	}
	if a.feed {
		followed, err := models.Followees(ctx, v.DB.Read, who.ID)
		if err != nil {
			return a, err
		}
		a.authors = append(append(a.authors, followed...), who.ID)
	}
	a.hidden, err = models.Hidden(ctx, v.DB.Read, who.ID)
	return a.sorted(), err
}

func (a audience) sorted() audience {
	slices.Sort(a.posts)
	slices.Sort(a.authors)
	slices.Sort(a.users)
	return a
}

func (a audience) empty() bool {
	return !a.feed && !a.public && !a.patrol && !a.sightings && len(a.posts)+len(a.authors)+len(a.users) == 0
}

// wants says whether the reader asked for what a topic carries, and sees all
// the members whom it names.
func (a audience) wants(topic string) bool {
	kind, rest, _ := strings.Cut(topic, ":")
	first, others, _ := strings.Cut(rest, ":")
	id, err := strconv.ParseInt(first, 10, 64)
	if err != nil || !a.seesAll(others) {
		return false
	}
	switch kind {
	case "author":
		return a.sees(id) && (a.public || has(a.authors, id))
	case "post":
		return has(a.posts, id)
	case "user":
		return has(a.users, id) && a.sees(id)
	case "patrol":
		return a.patrol && a.sees(id)
	case "sighting":
		return a.sightings && a.sees(id)
	}
	return false
}

func (a audience) seesAll(members string) bool {
	if members == "" || len(a.hidden) == 0 {
		return true
	}
	for m := range strings.SplitSeq(members, ":") {
		if id, err := strconv.ParseInt(m, 10, 64); err != nil || !a.sees(id) {
			return false
		}
	}
	return true
}

func (a audience) sees(member int64) bool { return !has(a.hidden, member) }

func has(sorted []int64, id int64) bool {
	_, found := slices.BinarySearch(sorted, id)
	return found
}

// unseat ends a member's sockets in a room, or for room 0 in all of them, in
// every process: the hub passes the word on, and no stream has that name.
func (v *Views) unseat(room, member int64) { v.Live.Drop(fmt.Sprintf("room:%d:%d", room, member)) }

// Dropped hears whose streams the hub has dropped, and does what unseat says.
func (v *Views) Dropped(who string) {
	var room, member int64
	if _, err := fmt.Sscanf(who, "room:%d:%d", &room, &member); err == nil {
		v.Chat.Drop(room, member)
	}
}

// changed ends the streams of members, in every process, whose rights, or whom they follow, have
// changed. They come back at once and are asked anew.
func (v *Views) changed(members ...int64) {
	for _, id := range members {
		v.Live.Drop(reader(id))
	}
}
