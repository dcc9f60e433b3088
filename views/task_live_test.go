package views_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func onTask(id int64) string { return "/live?on=" + tasks.TaskTopic(id) }

// listener follows a task as a program does: it keeps the newest version that it
// has, and goes on after the last id.
type listener struct {
	t        *testing.T
	last     string
	version  int
	versions []int
	end      tasks.TaskJSON
}

// hear takes one event. It answers true when the task has ended.
func (l *listener) hear(e sitetest.Event) bool {
	l.last = e.ID
	if e.Name != "data" {
		return false
	}
	var body tasks.TaskJSON
	if err := json.Unmarshal([]byte(e.Data), &body); err != nil {
		l.t.Fatal(err)
	}
	if body.Version > l.version {
		l.version, l.versions, l.end = body.Version, append(l.versions, body.Version), body
	}
	return body.Final
}

// TestNothingIsLostWhenTheLineBreaks breaks the line at random places in the
// middle of the work, many times: every version comes all the same, in order.
func TestNothingIsLostWhenTheLineBreaks(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	s.Work()
	for round := range 12 {
		file := sitetest.JPEG(t, sitetest.Picture(1200, 900, round))
		task := s.Task(b.Submit(file, nil).Is(303).PhotoID())
		l, breaks := listener{t: t}, 0
		for over := false; !over; breaks++ {
			stream := b.Follow(srv, onTask(task.ID), l.last)
			if stream.First.Name == "beat" {
				l.last = stream.First.ID
			}
			for range 1 + rand.IntN(5) {
				if over = l.hear(stream.Next()); over {
					break
				}
			}
			stream.Close()
		}
		for i, v := range l.versions {
			if i > 0 && v != l.versions[i-1]+1 {
				t.Errorf("after %d breaks the versions are %v", breaks, l.versions)
			}
		}
		if now := s.Task(task.SubjectID); l.end.State != models.TaskDone || l.version != now.Version {
			t.Errorf("after %d breaks it ends with %+v; it is %+v", breaks, l.end, now)
		}
	}
}

// Whoever comes late is told how things stand, however short the memory is.
func TestStreamSaysHowTheTaskStands(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	_, task := askedFor(t, s, b, 1)
	stream := b.Follow(srv, onTask(task.ID), "")
	if page := stream.Next(); page.Name != "" || !strings.Contains(page.Data, `data-state="waiting"`) || !strings.Contains(page.Data, "Asked for") {
		t.Errorf("first comes %+v", page)
	}
	if data := stream.Next(); data.Name != "data" || !strings.Contains(data.Data, `"state":"waiting"`) {
		t.Errorf("then comes %+v", data)
	}
	last := stream.First.ID
	stream.Close()
	s.Work()
	s.Settle()
	for what, from := range map[string]string{"from the beginning": "", "where it was": last, "out of another life": "anotherlife-7"} {
		stream := b.Follow(srv, onTask(task.ID), from)
		if (stream.First.Name == "reset") != (what == "out of another life") {
			t.Errorf("%s: first comes %+v", what, stream.First)
		}
		stream.Until(`"state":"done"`)
		stream.Close()
	}
	for range 5000 { // more than is kept
		s.Live.Publish("noise", "noise")
	}
	b.Follow(srv, onTask(task.ID), last).Until(`"state":"done"`)
}

func TestWhoFollowsATask(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	_, task := askedFor(t, s, b, 1)
	s.As(t, s.Staff()).Follow(srv, onTask(task.ID), "").Until(`"state":"waiting"`)
	for who, other := range map[string]*sitetest.Browser{"fan": s.As(t, s.Fan("wren")), "stranger": s.As(t, stranger)} {
		if a := other.Visit(onTask(task.ID)); a.Status != 404 {
			t.Errorf("%s: %d", who, a.Status)
		}
	}
	b.Visit("/live?on=task:999").Is(404)
	b.Visit("/live?on=task:x").Is(404)
	stream := s.As(t, s.Fan("lark")).Follow(srv, onTask(task.ID)+",public", "")
	if _, err := s.Tasks.Cancel(t.Context(), task.JobID, "secret words"); err != nil {
		t.Fatal(err)
	}
	s.Live.Publish(tasks.AuthorTopic(1), "the end")
	for _, e := range stream.Until("the end") {
		if strings.Contains(e.Data, "secret") {
			t.Errorf("a fan is told %+v", e)
		}
	}
}

// A page of a task names its stream, and what comes over it fits the page.
func TestPageFollowsTheTask(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	_, task := askedFor(t, s, b, 1)
	page := b.Get("task", task.ID).Is(200)
	body := page.HTML().Find("body")
	if !strings.Contains(page.Body, `<noscript><meta http-equiv="refresh" content="1"></noscript>`) {
		t.Error("without scripts the page does not look again")
	}
	stream := b.Follow(srv, body.AttrOr("data-live", ""), body.AttrOr("data-live-last", ""))
	s.Work()
	for _, e := range stream.Until(`data-state="done"`) {
		if e.Name == "" && strings.Contains(e.Data, "task-") {
			for _, id := range []string{"task-1", "task-1-steps"} {
				if !strings.Contains(e.Data, `id="`+id+`" data-`) || page.HTML().Find("#"+id+"[data-version][data-live-region]").Length() != 1 {
					t.Errorf("%s does not fit the page: %s", id, e.Data)
				}
			}
		}
	}
}
