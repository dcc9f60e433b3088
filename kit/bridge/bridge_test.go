package bridge

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"

	"superbook/kit/live"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// database makes one that is dropped with the test.
func database(t *testing.T) string {
	t.Helper()
	base := os.Getenv("TEST_DATABASE_URL")
	if base == "" {
		t.Skip("TEST_DATABASE_URL is not set")
	}
	admin := func(sql string) {
		ctx := context.WithoutCancel(t.Context())
		conn, err := pgx.Connect(ctx, base)
		must(t, err)
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, sql)
		must(t, err)
	}
	name := fmt.Sprintf("bridge_test_%d", os.Getpid())
	admin("CREATE DATABASE " + name)
	t.Cleanup(func() { admin("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(base)
	must(t, err)
	u.Path = name
	return u.String()
}

// process is a hub with its bridge.
func process(t *testing.T, database string) *live.Hub {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), database)
	must(t, err)
	hub := live.NewHub(live.Options{Queue: 4096})
	b := New(pool, hub, slog.New(slog.NewTextHandler(t.Output(), nil)))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); b.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended; pool.Close() })
	return hub
}

// stream is what a reader of one topic hears from a hub.
func stream(t *testing.T, hub *live.Hub, topic string) *bufio.Reader {
	t.Helper()
	e := echo.New()
	e.GET("/", func(c echo.Context) error { return hub.Serve(c, live.Reader{Topics: []string{topic}}) })
	srv := httptest.NewServer(e)
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL, nil)
	must(t, err)
	resp, err := srv.Client().Do(req)
	must(t, err)
	t.Cleanup(func() { stop(); resp.Body.Close(); hub.Close(); srv.Close() })
	return bufio.NewReader(resp.Body)
}

// fragments are those of a stream, until it ends.
func fragments(in *bufio.Reader) <-chan string {
	heard := make(chan string, 4096)
	go func() {
		defer close(heard)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				heard <- strings.TrimSuffix(data, "\n")
			}
		}
	}()
	return heard
}

// A fragment that is larger than a notification reaches the page of another process
// whole and in order, among others from two sides, and no stream there begins anew.
func TestLargeFragmentsReachOtherProcesses(t *testing.T) {
	t.Parallel()
	const topic, rounds = "page:ABC", 12
	address := database(t)
	one, two, three := process(t, address), process(t, address), process(t, address)
	heard := fragments(stream(t, two, topic))
	// Nobody tells when all listen: words are said until some of each arrive.
	for waiting := map[string]bool{"one": true, "three": true}; len(waiting) > 0; {
		one.Publish(topic, "one")
		three.Publish(topic, "three")
		select {
		case from := <-heard:
			delete(waiting, from)
		case <-time.After(50 * time.Millisecond):
		}
	}
	cursor := two.Cursor()
	want := map[string][]string{}
	for i := range rounds {
		for from, hub := range map[string]*live.Hub{"one": one, "three": three} {
			text := from + " " + noise(9_000+20_000*(i%3))
			want[from] = append(want[from], text)
			hub.Publish(topic, text)
		}
	}
	for n := 0; n < 2*rounds; {
		text, open := <-heard
		if !open {
			t.Fatalf("the stream ends after %d large fragments", n)
		}
		from, _, large := strings.Cut(text, " ")
		if !large {
			continue
		}
		if text != want[from][0] {
			t.Fatalf("from %s came %d bytes that are not the next", from, len(text))
		}
		want[from], n = want[from][1:], n+1
	}
	epoch, _, _ := strings.Cut(cursor, "-")
	if now := two.Cursor(); !strings.HasPrefix(now, epoch+"-") {
		t.Error("the streams of the other process began anew")
	}
	one.Publish("nobody", noise(maxFrame)) // not carried, but said
	for limit := time.Now().Add(20 * time.Second); strings.HasPrefix(two.Cursor(), epoch+"-"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("nobody is told of a frame that could not be carried")
		}
	}
}
