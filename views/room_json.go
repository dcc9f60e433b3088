package views

import "time"

// roomJSON is a room as programs read it.
type roomJSON struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Topic   string `json:"topic"`
	Private bool   `json:"private"`
	talkJSON
}

type talkJSON struct {
	Messages []messageJSON `json:"messages"`
	Older    int64         `json:"older,omitempty"` // ask for what is before this one
}

type messageJSON struct {
	ID   int64     `json:"id"`
	At   time.Time `json:"at"`
	By   string    `json:"by"` // the username
	Name string    `json:"name"`
	Text string    `json:"text"`
}

func (t Talk) json() talkJSON {
	out := talkJSON{make([]messageJSON, len(t.Messages)), t.Older}
	for i, m := range t.Messages {
		out.Messages[i] = messageJSON{m.ID, m.CreatedAt, m.Author.Username, m.Author.Name, m.Text}
	}
	return out
}
