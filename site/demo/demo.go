// Package demo holds what a new site is filled with: a roster of heroes and fans, their portraits, and what they say.
package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

//go:embed roster.json rooms.json posts.json portraits
var files embed.FS

// Member is one person of the demo roster.
type Member struct {
	Username  string   `json:"username"` // NFC; letters of any script, digits and "_.-", 3 to 30 characters
	Name      string   `json:"name"`
	Kind      string   `json:"kind"` // "hero" or "fan"
	Bio       string   `json:"bio"`  // at most 200 characters
	Birthdate string   `json:"birthdate"`
	Origin    string   `json:"origin"`
	Powers    []string `json:"powers,omitempty"`
	Address   string   `json:"address,omitempty"`  // fans only
	Portrait  string   `json:"portrait,omitempty"` // name for the function Portrait; empty: the initials have to do
	Alt       string   `json:"alt,omitempty"`      // the portrait in words
	Staff     bool     `json:"staff,omitempty"`
}

// Roster returns all members, heroes first; the first one is the demo login.
// An unknown field or anything behind the list is an error.
func Roster() ([]Member, error) { return decode[Member]("roster.json") }

func decode[T any](name string) ([]T, error) {
	raw, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read demo %s: %w", name, err)
	}
	list, err := strict[T](raw)
	if err != nil {
		return nil, fmt.Errorf("decode demo %s: %w", name, err)
	}
	return list, nil
}

func strict[T any](raw []byte) (list []T, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the list")
	}
	return list, nil
}

// Portrait returns the image file of that name (JPEG, PNG or WebP, as its ending says).
// For a name that no member has, the error is fs.ErrNotExist.
func Portrait(name string) ([]byte, error) {
	if name == "" || !fs.ValidPath("portraits/"+name) {
		return nil, fmt.Errorf("demo portrait %q: %w", name, fs.ErrNotExist)
	}
	raw, err := files.ReadFile("portraits/" + name)
	if err != nil {
		return nil, fmt.Errorf("demo portrait: %w", err)
	}
	return raw, nil
}
