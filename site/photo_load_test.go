package site_test

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// fiftyPhotosAtOnce submits fifty photos of 24 megapixels at the same time. They are worked on by
// more workers than there are cores, within 256 MB of memory for all that the program is and does.
func fiftyPhotosAtOnce(t *testing.T, binary string) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	const members, each = 5, 10
	p := newProgram(t, binary, append(slices.Clone(production), "MEDIA_WORKERS=8")...)
	p.run(t, "migrate")
	d := p.open(t)
	r := p.start(t)
	file := sitetest.JPEG(t, grainy(6000, 4000))
	var all sync.WaitGroup
	for m := range members {
		v := newVisitor(t, r.url)
		v.signUp(t, fmt.Sprintf("fan%d", m))
		for i := range each {
			// What follows a JPEG's end is ignored, and makes these bytes new.
			mine := append(slices.Clip(file), fmt.Sprintf("%d %d", m, i)...)
			all.Go(func() {
				if id, status, err := v.submit(t.Context(), mine); id == 0 || err != nil {
					t.Errorf("not accepted: %d, %v", status, err)
				}
			})
		}
	}
	all.Wait()
	awaitTheEnd(t, d)
	var ready int
	must(t, d.Read.Raw("SELECT count(*) FROM photos WHERE state = ?", models.Ready).Scan(&ready).Error)
	if ready != members*each {
		t.Errorf("%d of %d photos are ready", ready, members*each)
	}
	if runtime.GOOS == "linux" {
		most := peakMemory(t, r.cmd.Process.Pid)
		t.Logf("%d photos of 24 megapixels, %d KB each: %d MB at most", ready, len(file)>>10, most)
		if most >= 256 {
			t.Errorf("took %d MB", most)
		}
	}
	r.stop()
}

// grainy is a picture that has something in every block.
func grainy(w, h int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for i := range m.Pix {
		seed = seed*1664525 + 1013904223
		m.Pix[i] = uint8(i%w*255/w)&0xf0 | uint8(seed>>29)
	}
	return m
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory is the most that a process has had in memory, in megabytes.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(t, err)
	kb, err := strconv.Atoi(string(highWater.FindSubmatch(b)[1]))
	must(t, err)
	return kb >> 10
}

// BenchmarkPhotoReady takes a photo from its POST to where its page can show it. PHOTO names the
// file; without it a grainy one of 12 megapixels is made. "go test ./site -run xxx -bench PhotoReady -benchtime 30x"
func BenchmarkPhotoReady(b *testing.B) {
	s := sitetest.New(b)
	s.Unlimited()
	s.Work()
	file := benchPhoto(b)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		hero := s.As(b, s.Hero(fmt.Sprintf("hero%d", i)))
		mine := append(slices.Clip(file), strconv.Itoa(i)...)
		b.StartTimer()
		start := time.Now()
		id := hero.JSON().Submit(mine, nil).PhotoID()
		untilReady(b, s, id)
		took = append(took, time.Since(start))
	}
	slices.SortFunc(took, cmp.Compare)
	for name, at := range map[string]int{"median-ms": len(took) / 2, "fastest-ms": 0, "slowest-ms": len(took) - 1} {
		b.ReportMetric(float64(took[at].Microseconds())/1000, name)
	}
}

func benchPhoto(b *testing.B) []byte {
	name := os.Getenv("PHOTO")
	if name == "" {
		return sitetest.JPEG(b, grainy(4000, 3000))
	}
	file, err := os.ReadFile(name)
	must(b, err)
	return file
}

func untilReady(b *testing.B, s *sitetest.Site, id int64) {
	ctx, stop := context.WithTimeout(b.Context(), patience)
	defer stop()
	for {
		p, err := models.PhotosIn(s.DB.Read).Get(ctx, id)
		must(b, err)
		switch p.State {
		case models.Ready:
			return
		case models.Failed:
			b.Fatal(p.Failure)
		}
		time.Sleep(time.Millisecond)
	}
}

func awaitTheEnd(t *testing.T, d *db.DB) {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		n, err := db.Rows[models.Photo](d.Read).Where("state NOT IN ('ready', 'failed') OR state = 'ready' AND progress < 100").Count(t.Context(), "*")
		if must(t, err); n == 0 {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%d photos do not come to an end", n)
		}
	}
}
