package demo

import (
	"encoding/json"
	"fmt"
)

// Room is one room of the demo content, with what was said in it.
type Room struct {
	Name     string      `json:"name"`
	Topic    string      `json:"topic"`
	Private  bool        `json:"private"`
	Direct   bool        `json:"direct"`   // a conversation between the two members
	Members  []string    `json:"members"`  // usernames; the first one founded it
	Messages [][2]string `json:"messages"` // who said what, oldest first
}

// Rooms returns the rooms of the demo content.
func Rooms() (rooms []Room, err error) {
	raw, err := files.ReadFile("rooms.json")
	if err == nil {
		err = json.Unmarshal(raw, &rooms)
	}
	if err != nil {
		return nil, fmt.Errorf("demo rooms: %w", err)
	}
	return rooms, nil
}
