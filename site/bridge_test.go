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
	"superbook/tasks"
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
	run := func(s *sitetest.Site) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); s.Bridge.Run(ctx) }()
		return func() { cancel(); <-ended }
	}
	stopOne, stopTwo := run(one), run(two)
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
	noise := make([]byte, 2<<20) // more than is carried
	for i := range noise {
		noise[i] = byte('!' + rand.IntN(90))
	}
	id := author.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, 1)), nil).Is(303).PhotoID()
	task := two.As(t, hero).Follow(srv, "/live?on="+tasks.TaskTopic(one.Task(id).ID), "")
	task.Until(`"state":"waiting"`)
	one.Work()
	for _, state := range []string{"running", "done"} {
		task.Until(`"state":"` + state + `"`)
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
	stream = reader.Follow(srv, "/live?on=page:ABCDEFGHIJKLMNOPQRSTUVWXYZ", "")
	for range 20 {
		one.Live.Publish("page:ABCDEFGHIJKLMNOPQRSTUVWXYZ", "<p>one of many</p>")
	}
	one.Live.Publish("page:ABCDEFGHIJKLMNOPQRSTUVWXYZ", "<p>the last words</p>")
	stopOne() // a process that ends is heard to the end
	stream.Until("the last words")
	stopTwo()
}
