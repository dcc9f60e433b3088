package views_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"superbook/kit/throttle"
	"superbook/site/sitetest"
	"superbook/views"
)

// clock is a time that goes on only when it is told to.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_800_000_000, c.passed.Load()) }
func (c *clock) goesOn(by time.Duration) { c.passed.Add(int64(by)) }

// allow lets pass so many at once, and one more each minute.
func (c *clock) allow(burst int) *throttle.Limiter {
	return throttle.New(throttle.Rate{Burst: burst, Every: time.Minute}, 1000, c.now)
}

// limitsOf gives every limit the same size.
func limitsOf(l func() *throttle.Limiter) (all views.Limits) {
	fields := reflect.ValueOf(&all).Elem()
	for i := range fields.NumField() {
		fields.Field(i).Set(reflect.ValueOf(l()))
	}
	return all
}

// unlimited is for tests that try more often than people do.
func unlimited() views.Limits {
	return limitsOf(func() *throttle.Limiter { return new(clock).allow(1_000_000) })
}

// from is the form as it comes from another address.
func from(address string, r *http.Request) *http.Request {
	r.RemoteAddr = address
	return r
}

// problemJSON is a refusal as programs read it.
type problemJSON struct {
	Type, Title, Detail, Instance string
	Status                        int
	Errors                        map[string]string
}

func problemOf(t *testing.T, a *sitetest.Answer) (p problemJSON) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("the refusal is of type %q", got)
	}
	a.Decode(&p)
	if p.Type != "about:blank" || p.Status != a.Status || p.Title == "" || p.Instance != a.Header.Get("X-Request-ID") {
		t.Errorf("the refusal says %+v", p)
	}
	return p
}

func sent(path string, body any) *http.Request {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(b)))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func TestProgramsMayJoinToo(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, stranger).JSON()
	p := problemOf(t, b.Do(sent("/accounts/signup", map[string]string{"username": "a b", "password": "long enough words"})).
		Is(http.StatusUnprocessableEntity).Hides("long enough words"))
	for _, field := range []string{"username", "email", "kind", "password2"} {
		if p.Errors[field] == "" {
			t.Errorf("no words about %s in %v", field, p.Errors)
		}
	}
	if p.Errors["password"] != "" {
		t.Errorf("a good password is refused: %s", p.Errors["password"])
	}
	b.Do(sent("/accounts/signup", map[string]string{"username": "relay", "email": "relay@example.org", "kind": "fan",
		"password": "long enough words", "password2": "long enough words"})).Is(http.StatusSeeOther)
	b.Get("me").Is(http.StatusSeeOther).GoesTo("/users/relay")
}

func TestBodiesThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	big := url.Values{"username": {strings.Repeat("x", 2<<20)}}
	s.As(t, stranger).Post("signup", big).Is(http.StatusRequestEntityTooLarge).Shows("Too large", "Send something smaller")
	p := problemOf(t, s.As(t, stranger).JSON().Post("login", big).Is(http.StatusRequestEntityTooLarge))
	if p.Title != "Too large" {
		t.Errorf("a body that is too large: %+v", p)
	}
	for kind, body := range map[string]string{"application/json": `{"username":`, "application/xml": "<", "multipart/form-data": "x"} {
		r := httptest.NewRequest(http.MethodPost, "/accounts/signup", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if a := s.As(t, stranger).JSON().Do(r); a.Status != http.StatusBadRequest && a.Status != http.StatusUnsupportedMediaType {
			t.Errorf("broken %s: %d\n%s", kind, a.Status, a.Body)
		}
	}
}

func TestSignupIsSlowedDownByAddress(t *testing.T) {
	t.Parallel()
	s, c := sitetest.New(t), new(clock)
	s.Views.Limits.SignupByAddress = c.allow(2)
	b := s.As(t, stranger)
	wrong := joining(url.Values{"username": {""}})
	for range 2 {
		b.Post("signup", wrong).Is(http.StatusUnprocessableEntity)
	}
	a := b.Post("signup", joining(nil)).Is(http.StatusTooManyRequests).Shows("Slow down a little", "Wait a little")
	if got := a.Header.Get("Retry-After"); got != "61" {
		t.Errorf("Retry-After is %q", got)
	}
	problemOf(t, b.JSON().Post("signup", joining(nil)).Is(http.StatusTooManyRequests))

	forged := formTo("/accounts/signup", joining(nil))
	forged.Header.Set("X-Forwarded-For", "198.51.100.7")
	forged.Header.Set("X-Real-IP", "198.51.100.7")
	b.Do(forged).Is(http.StatusTooManyRequests)

	elsewhere := joining(url.Values{"username": {"elsewhere"}})
	s.As(t, stranger).Do(from("198.51.100.7:1234", formTo("/accounts/signup", elsewhere))).Is(http.StatusSeeOther)
	c.goesOn(time.Minute)
	b.Post("signup", joining(nil)).Is(http.StatusSeeOther)
}

// Many addresses of the net cannot make accounts for one letter box without end.
func TestSignupIsSlowedDownByAccount(t *testing.T) {
	t.Parallel()
	s, c := sitetest.New(t), new(clock)
	s.Views.Limits.SignupByAccount = c.allow(2)
	join := func(from1, username, email string) *sitetest.Answer {
		form := joining(url.Values{"username": {username}, "email": {email}})
		return s.As(t, stranger).Do(from(from1+":1234", formTo("/accounts/signup", form)))
	}
	join("198.51.100.1", "one", "heron@example.org").Is(http.StatusSeeOther)
	join("198.51.100.2", "two", "Heron@Example.org").Is(http.StatusSeeOther)
	join("198.51.100.3", "three", "heron@example.org").Is(http.StatusTooManyRequests)
	join("198.51.100.3", "three", "egret@example.org").Is(http.StatusSeeOther)
	c.goesOn(time.Minute)
	join("198.51.100.4", "four", "heron@example.org").Is(http.StatusSeeOther)
}

func TestLoginIsSlowedDown(t *testing.T) {
	t.Parallel()
	s, c := sitetest.New(t), new(clock)
	s.Hero("nightheron")
	s.Fan("wren")
	post := func(address, name, password string) *sitetest.Answer {
		return s.As(t, stranger).Do(from(address, formTo("/accounts/login", login(name, password))))
	}
	t.Run("by account, however it is written and from wherever", func(t *testing.T) {
		s.Views.Limits = unlimited()
		s.Views.Limits.LoginByAccount = c.allow(2)
		post("198.51.100.1:1", "nightheron", "wrong words one").Is(http.StatusUnprocessableEntity)
		post("198.51.100.2:1", "NightHeron", "wrong words two").Is(http.StatusUnprocessableEntity)
		before := s.Views.Hasher.Done()
		post("198.51.100.3:1", "NIGHTHERON", sitetest.Password).Is(http.StatusTooManyRequests)
		if s.Views.Hasher.Done() != before {
			t.Error("a try too many was hashed all the same")
		}
		post("198.51.100.1:1", "wren", sitetest.Password).Is(http.StatusSeeOther)
		c.goesOn(time.Minute)
		post("198.51.100.3:1", "nightheron", sitetest.Password).Is(http.StatusSeeOther)
	})
	t.Run("by address, whoever is tried", func(t *testing.T) {
		s.Views.Limits = unlimited()
		s.Views.Limits.LoginByAddress = c.allow(2)
		post("[2001:db8::1]:1", "nobody-one", "wrong words").Is(http.StatusUnprocessableEntity)
		post("[2001:db8::2]:1", "nobody-two", "wrong words").Is(http.StatusUnprocessableEntity)
		a := post("[2001:db8::3]:1", "wren", sitetest.Password).Is(http.StatusTooManyRequests)
		if a.Header.Get("Retry-After") == "" {
			t.Error("nothing says when to come back")
		}
		post("[2001:db8:0:1::1]:1", "wren", sitetest.Password).Is(http.StatusSeeOther)
	})
}

func TestAskingForLinksIsSlowedDown(t *testing.T) {
	t.Parallel()
	s, c := sitetest.New(t), new(clock)
	s.Views.Limits.MailByAccount = c.allow(1)
	ask := func(from, address string) *sitetest.Answer {
		r := formTo("/accounts/password/forgotten", url.Values{"email": {address}})
		r.RemoteAddr = from
		return s.As(t, stranger).Do(r)
	}
	ask("198.51.100.1:1", "box@example.org").Is(http.StatusOK)
	ask("198.51.100.2:1", "BOX@example.org").Is(http.StatusTooManyRequests)
	s.Views.Limits.MailByAddress = c.allow(1)
	ask("198.51.100.3:1", "one@example.org").Is(http.StatusOK)
	ask("198.51.100.3:1", "two@example.org").Is(http.StatusTooManyRequests)
	if n := rows(t, s, "river_job", "kind = '"+mailJob+"'"); n != 2 {
		t.Errorf("%d mails wait, want 2", n)
	}
}

// Following, blocking and joining are done as quickly as liking, and tell others
// of it as often.
func TestReactionsAreSlowedDownTogether(t *testing.T) {
	t.Parallel()
	s, c := sitetest.New(t), new(clock)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	post := s.Say(hero, "The owl is on the roof")
	s.As(t, hero).Post("room.new", url.Values{"name": {"Rooftop"}}).Is(http.StatusSeeOther).GoesTo("/rooms/1")
	s.Views.Limits.ReactionsByAccount = c.allow(1)
	b := s.As(t, fan)
	for _, step := range []struct {
		name string
		on   any
		next string // is then too much
		of   any
		// how many rows say that it was not done
		table, where string
		rows         int
	}{
		{"post.like", post, "user.follow", "nightheron", "follows", "true", 0},
		{"user.follow", "nightheron", "room.join", 1, "room_members", "true", 1},
		{"room.join", 1, "post.unlike", post, "likes", "true", 1},
		{"post.like", post, "user.unfollow", "nightheron", "follows", "true", 1},
		{"user.unfollow", "nightheron", "user.block", "nightheron", "blocks", "true", 0},
		{"user.block", "nightheron", "user.unblock", "nightheron", "blocks", "mine", 1},
	} {
		b.Post(step.name, nil, step.on).Is(http.StatusSeeOther)
		a := b.Post(step.next, nil, step.of).Is(http.StatusTooManyRequests).Shows("Slow down a little")
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("after %s nothing says when %s will do", step.name, step.next)
		}
		if rows(t, s, step.table, step.where) != step.rows {
			t.Errorf("%s was done all the same", step.next)
		}
		c.goesOn(time.Minute)
	}
}
