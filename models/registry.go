package models

import "context"

// Claim is what a member says of being a hero.
type Claim struct {
	Username string
	Name     string
	Origin   string
	Powers   []string
}

// Verdict is what the registry of heroes makes of a claim.
type Verdict string

// What a registry can say. Unverified is also what is left when it cannot be asked.
const (
	Verified   Verdict = "verified"
	Unverified Verdict = "unverified"
)

// Registry is the service that knows which heroes are real. Models know only
// this interface; the site chooses who answers it.
type Registry interface {
	// Check judges a claim. An error means that the registry could not be asked.
	Check(ctx context.Context, c Claim) (Verdict, error)
}

// Claim is what this member would have the registry confirm.
func (m Member) Claim() Claim {
	c := Claim{Username: m.Username, Name: m.Name, Origin: m.Origin}
	for _, p := range m.Powers {
		c.Powers = append(c.Powers, p.Name)
	}
	return c
}

// Charter is the registry inside the house: a hero is real who has said where
// they come from and what they can do.
type Charter struct{}

// Check never fails.
func (Charter) Check(_ context.Context, c Claim) (Verdict, error) {
	if c.Origin == "" || len(c.Powers) == 0 {
		return Unverified, nil
	}
	return Verified, nil
}
