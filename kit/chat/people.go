package chat

import (
	"encoding/json"
	"slices"
	"time"
)

// shown bounds the names in a frame; the number of people is told beside.
const shown = 30

type typist struct {
	Person
	until time.Time
}

// rest notes that somebody types no longer. The caller holds the lock.
func (ch *channel) rest(person int64) {
	before := len(ch.typing)
	ch.typing = slices.DeleteFunc(ch.typing, func(t typist) bool { return t.ID == person })
	ch.typed = ch.typed || len(ch.typing) != before
}

// types notes that somebody types.
func (ch *channel) types(who Person, until time.Time) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for i := range ch.typing {
		if ch.typing[i].ID == who.ID {
			ch.typing[i].until = until
			return
		}
	}
	ch.typing, ch.typed = append(ch.typing, typist{who, until}), true
}

// tell sends who is here and who types, to everybody, if it has changed.
func (ch *channel) tell(now time.Time) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for _, t := range slices.Clone(ch.typing) {
		if t.until.Before(now) {
			ch.rest(t.ID)
		}
	}
	if ch.moved {
		ch.sendPeople("here", ch.here())
	}
	if ch.typed {
		typing := make([]Person, len(ch.typing))
		for i, t := range ch.typing {
			typing[i] = t.Person
		}
		ch.sendPeople("typing", typing)
	}
	ch.moved, ch.typed = false, false
}

// here lists the people, each once. The caller holds the lock.
func (ch *channel) here() (people []Person) {
	seen := map[int64]bool{}
	for _, c := range ch.conns {
		if who := c.seat.Who; !seen[who.ID] {
			seen[who.ID] = true
			people = append(people, who)
		}
	}
	return people
}

type peopleFrame struct {
	Type   string   `json:"type"`
	Count  int      `json:"count"`
	People []Person `json:"people"`
}

// sendPeople writes one frame for all who hear everybody, and one of their own
// for the others.
func (ch *channel) sendPeople(kind string, people []Person) {
	all := frameOf(kind, people)
	for _, c := range ch.conns {
		if c.seat.Deaf == nil {
			c.Send(all)
			continue
		}
		c.Send(frameOf(kind, slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return c.deaf(p.ID) })))
	}
}

func frameOf(kind string, people []Person) []byte {
	f := peopleFrame{kind, len(people), people[:min(len(people), shown)]}
	if f.People == nil {
		f.People = []Person{}
	}
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // names and numbers can always be written
	}
	return b
}
