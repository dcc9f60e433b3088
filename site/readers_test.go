package site_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
)

// TestManyReaders opens streams on a site in a process of its own, half of
// members who follow everybody and half of strangers, while posts arrive. Every
// reader gets every post, once. For the figures:
//
//	LIVE_READERS=2000 LIVE_SECONDS=30 go test ./site -run TestManyReaders -v
func TestManyReaders(t *testing.T) {
	readers, seconds := number("LIVE_READERS", 60), number("LIVE_SECONDS", 2)
	if os.Getenv("LIVE_SERVER") != "" {
		serveReaders(t, readers/2, 20*seconds)
		return
	}
	t.Parallel()
	child := exec.Command(os.Args[0], "-test.run", "^TestManyReaders$")
	child.Env = append(os.Environ(), "LIVE_SERVER=1")
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	in, err := child.StdinPipe()
	must(t, err)
	must(t, child.Start())
	t.Cleanup(func() { // it hears that nobody is there any more, and tidies up
		late := time.AfterFunc(patience, func() { _ = child.Process.Kill() })
		defer late.Stop()
		_ = in.Close()
		if err := child.Wait(); err != nil {
			t.Errorf("the site has not ended well: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	address, cookies := hello(t, lines)

	crowd := &audience{want: 20 * seconds, url: address}
	ctx, stop := context.WithTimeout(t.Context(), time.Duration(seconds)*time.Second+2*patience)
	defer stop()
	var all sync.WaitGroup
	for i := range readers {
		cookie := ""
		if i < len(cookies) {
			cookie = cookies[i]
		}
		all.Go(func() { crowd.read(ctx, cookie) })
	}
	for crowd.connected() < readers && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Fprintln(in, "go") // all are there
	all.Wait()
	crowd.report(t, readers, rss(child.Process.Pid))
}

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func rss(pid int) string {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}

// serveReaders is the site: it says where it is and how members log in, waits
// for a word, and then has heroes post 20 times a second.
func serveReaders(t *testing.T, members, posts int) {
	s := sitetest.New(t)
	s.Unlimited()
	var heroes []*sitetest.Browser
	var authors []models.User
	for i := range 10 {
		u := s.Hero(fmt.Sprintf("hero%02d", i))
		authors, heroes = append(authors, u), append(heroes, s.As(t, u))
	}
	for i := range members {
		fan := s.Fan(fmt.Sprintf("fan%05d", i))
		for _, a := range authors {
			s.Follow(fan, a)
		}
		fmt.Println("cookie", s.As(t, fan).Cookie("session").Value)
	}
	fmt.Println("url", s.Server().URL)
	in := bufio.NewReader(os.Stdin)
	_, _ = in.ReadString('\n')
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := range posts {
		<-tick.C
		heroes[i%len(heroes)].Say(url.Values{"text": {fmt.Sprintf("Report sent-%d-%d of the night: all boats home.", i, time.Now().UnixNano())}})
	}
	_, _ = io.Copy(io.Discard, in) // until whoever reads has what they want
}

func hello(t *testing.T, lines *bufio.Scanner) (address string, cookies []string) {
	t.Helper()
	for lines.Scan() {
		switch kind, value, _ := strings.Cut(lines.Text(), " "); kind {
		case "cookie":
			cookies = append(cookies, value)
		case "url":
			return value, cookies
		}
	}
	t.Fatal("the site did not start")
	return "", nil
}

// audience is all readers together.
type audience struct {
	want int // posts
	url  string

	mu     sync.Mutex
	here   int
	delays []time.Duration
	lost   int
	twice  int
	again  int // connections that were made anew
}

func (a *audience) connected() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.here
}

// read follows a stream, and comes back when it is cut off, until every post came.
func (a *audience) read(ctx context.Context, cookie string) {
	on, last := "public", ""
	if cookie != "" {
		on = "feed"
	}
	seen := make([]bool, a.want)
	var delays []time.Duration
	twice := 0
	for tries := 0; len(delays) < a.want && ctx.Err() == nil; tries++ {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/live?on="+on, nil)
		if err != nil {
			return
		}
		r.Header.Set("Last-Event-ID", last)
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "session", Value: cookie})
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			continue
		}
		a.mu.Lock()
		if tries == 0 {
			a.here++
		} else {
			a.again++
		}
		a.mu.Unlock()
		lines := bufio.NewReaderSize(resp.Body, 4<<10)
		for len(delays) < a.want {
			line, err := lines.ReadSlice('\n')
			if err != nil && err != bufio.ErrBufferFull {
				break
			}
			if id, ok := bytes.CutPrefix(line, []byte("id: ")); ok {
				last = string(bytes.TrimSpace(id))
			}
			if n, sent, ok := mail(line); ok && n < a.want {
				if seen[n] {
					twice++
					continue
				}
				seen[n] = true
				delays = append(delays, time.Since(sent))
			}
		}
		resp.Body.Close()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.delays = append(a.delays, delays...)
	a.lost += a.want - len(delays)
	a.twice += twice
}

// mail finds which post a line carries, and when it was sent.
func mail(line []byte) (n int, sent time.Time, ok bool) {
	_, rest, ok := bytes.Cut(line, []byte("sent-"))
	if !ok {
		return 0, sent, false
	}
	number, rest, _ := bytes.Cut(rest, []byte("-"))
	nano, _, _ := bytes.Cut(rest, []byte(" "))
	n, err := strconv.Atoi(string(number))
	at, err2 := strconv.ParseInt(string(nano), 10, 64)
	return n, time.Unix(0, at), err == nil && err2 == nil
}

func (a *audience) report(t *testing.T, readers int, rss string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lost > 0 || a.twice > 0 || len(a.delays) == 0 {
		t.Errorf("%d deliveries are missing, %d came twice, of %d", a.lost, a.twice, readers*a.want)
		return
	}
	slices.Sort(a.delays)
	at := func(part float64) time.Duration {
		return a.delays[int(part*float64(len(a.delays)-1))].Round(100 * time.Microsecond)
	}
	t.Logf("%d readers, %d posts, %d deliveries, %d reconnections: p50 %v, p99 %v, most %v; the site's RSS %s",
		readers, a.want, len(a.delays), a.again, at(.5), at(.99), at(1), rss)
}
