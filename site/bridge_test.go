package site_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/site"
	"superbook/site/sitetest"
)

// TestTwoWebProcesses has two sites on one PostgreSQL, as two processes would
// be: what is said in one shows on the pages that are open in the other, once.
func TestTwoWebProcesses(t *testing.T) {
	t.Parallel()
	one := sitetest.New(t)
	if one.DB.Dialect != db.Postgres {
		t.Skip("several processes that serve pages need PostgreSQL; set TEST_DATABASE_URL")
	}
	two := sitetest.New(t, func(set *site.Settings) {
		set.DataDir, set.DatabaseURL = one.Settings.DataDir, one.Settings.DatabaseURL
	})
	hero, fan := one.Hero("nightheron"), one.Fan("wren")
	one.Follow(fan, hero)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{}, 2)
	for _, s := range []*sitetest.Site{one, two} {
		go func() { defer func() { ended <- struct{}{} }(); s.Bridge.Run(ctx) }()
	}
	srv := two.Server()
	author, reader := one.As(t, hero), two.As(t, fan)
	// Nobody tells when both listen: words are said until some of them arrive.
	stream := reader.Follow(srv, "/live?on=feed", "")
	heard := make(chan struct{})
	go func() { defer close(heard); stream.Until("Are you there?") }()
	for i, waiting := 0, true; waiting; i++ {
		author.Fresh().Say(url.Values{"text": {fmt.Sprintf("Are you there? %d", i)}})
		select {
		case <-heard:
			waiting = false
		case <-time.After(50 * time.Millisecond):
		}
	}
	noise := make([]byte, 12_000) // does not fit a notification, however it is packed
	for i := range noise {
		noise[i] = byte('!' + rand.IntN(90))
	}
	author.Say(url.Values{"text": {"Good night"}})
	n := 0
	for _, e := range stream.Until("Good night") {
		n += strings.Count(e.Data, "Good night</p>")
	}
	if n != 1 {
		t.Errorf("the words came %d times", n)
	}
	before := two.Live.Cursor()
	one.Live.Publish("nobody", string(noise))
	for limit := time.Now().Add(20 * time.Second); reader.Follow(srv, "/live?on=feed", before).First.Name != "reset"; {
		if time.Now().After(limit) {
			t.Fatal("pages of the other process are not told that they missed something")
		}
	}
	stop()
	<-ended
	<-ended
}
