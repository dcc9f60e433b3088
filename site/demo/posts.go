package demo

import "time"

// Post is something that a member of the roster said.
type Post struct {
	Key      string    `json:"key"` // what shares call it
	Author   string    `json:"author"`
	Hours    float64   `json:"hours"`            // before now
	Text     string    `json:"text"`             // at most 500 characters; empty only in a share
	Draft    string    `json:"draft,omitempty"`  // what it said before it was edited
	Edited   float64   `json:"edited,omitempty"` // minutes after it was said; with Draft only
	To       string    `json:"to,omitempty"`     // the one person it is for
	Shares   string    `json:"shares,omitempty"` // the key of the earlier post that it passes on
	Likes    int       `json:"likes"`            // how many members like it
	Files    []string  `json:"files,omitempty"`  // names for the function Portrait, "foghorn.wav" or "tides.txt"
	Comments []Comment `json:"comments,omitempty"`
}

// Comment is what another member said about it.
type Comment struct {
	Author  string  `json:"author"`
	Text    string  `json:"text"`
	Minutes float64 `json:"minutes"` // after the post
}

// Posts returns the conversation of the roster, oldest first. An unknown field
// or anything behind the list is an error.
func Posts() ([]Post, error) { return decode[Post]("posts.json") }

// Age is how long ago the post was written.
func (p Post) Age() time.Duration { return time.Duration(p.Hours * float64(time.Hour)) }

// After is how long after the post the comment was written.
func (c Comment) After() time.Duration { return time.Duration(c.Minutes * float64(time.Minute)) }
