package tasks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

// BenchmarkWebhooks delivers messages to a receiver on this machine, from the job
// to the row that says "delivered". One webhook alone shows what the bound of
// two calls at once leaves; fifty are what a busy site has.
func BenchmarkWebhooks(b *testing.B) {
	for _, hooks := range []int{1, 50} {
		for _, slow := range []time.Duration{0, 50 * time.Millisecond} {
			if hooks == 1 && slow > 0 {
				continue // the receiver's own pace, and nothing of ours
			}
			b.Run(fmt.Sprintf("webhooks=%d/receiver=%v", hooks, slow), func(b *testing.B) { deliver(b, hooks, slow) })
		}
	}
}

func deliver(b *testing.B, hooks int, slow time.Duration) {
	var got atomic.Int64
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		time.Sleep(slow)
		got.Add(1)
	}))
	b.Cleanup(r.Close)
	s := sitetest.New(b, local)
	var all []models.Webhook
	for n := range hooks {
		if n%models.MaxWebhooks == 0 {
			all = append(all, hook(b, s, s.Fan(fmt.Sprintf("fan%d", n)), r.URL))
			continue
		}
		all = append(all, hook(b, s, models.User{ID: all[n-1].UserID}, fmt.Sprintf("%s/%d", r.URL, n)))
	}
	const batch = 500
	for n := 0; n < b.N; n += batch {
		must(b, s.DB.Tx(b.Context(), func(tx *gorm.DB) error {
			for i := n; i < min(n+batch, b.N); i++ {
				if err := s.Tasks.TestWebhook(b.Context(), tx, all[i%hooks]); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	b.ResetTimer()
	s.Work()
	for delivered := int64(0); delivered < int64(b.N); {
		time.Sleep(10 * time.Millisecond)
		must(b, s.DB.Read.Raw("SELECT COUNT(*) FROM deliveries WHERE state = 'delivered'").Scan(&delivered).Error)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	if got.Load() != int64(b.N) {
		b.Errorf("%d calls for %d messages", got.Load(), b.N)
	}
}
