package tasks_test

import (
	"net/http"
	"testing"

	"superbook/kit/queue"
	"superbook/models"
	"superbook/site/sitetest"
)

// What staff have put back ends a second time, and is told of a second time.
func TestATaskThatIsRetriedIsToldOfAgain(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	r := newReceiver(t, status(http.StatusOK))
	u := s.Hero("nightheron")
	w := hook(t, s, u, r.URL)
	id := s.As(t, u).Submit(sitetest.JPEG(t, sitetest.Picture(640, 400, 1)), nil).PhotoID()
	by, job := s.Jobs.By("staff"), s.Task(id).JobID
	must(t, by.Cancel(t.Context(), job))
	must(t, by.Retry(t.Context(), job))
	s.Work()
	s.Settle()
	if p, task := s.Photo(id), s.Task(id); p.State != models.Ready || task.State != models.TaskDone {
		t.Errorf("the photo is %s, its task %s", p.State, task.State)
	}
	all, err := models.DeliveriesIn(s.DB.Read).To(w.ID).Newest(t.Context(), 9)
	must(t, err)
	if len(all) != 2 || all[0].Type != "task.done" || all[1].Type != "task.cancelled" || all[0].MessageID == all[1].MessageID {
		t.Errorf("it was told %+v", all)
	}
}

// A message whose job staff have cancelled stays unsent until they put it back.
func TestACancelledMessageStaysUnsent(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusOK))
	s := sitetest.New(t, local)
	w := hook(t, s, s.Hero("nightheron"), r.URL)
	sent := test(t, s, w)
	h, err := s.Jobs.History(t.Context(), queue.Filter{Kind: "webhook.send"}, queue.Mark{}, 5)
	if must(t, err); len(h.Jobs) != 1 {
		t.Fatalf("%+v", h)
	}
	by := s.Jobs.By("staff")
	must(t, by.Cancel(t.Context(), h.Jobs[0].ID))
	if d := until(t, s, sent.ID, "ended", func(d models.Delivery) bool { return !d.Open() }); d.State != models.DeliveryFailed {
		t.Errorf("it is %s", d.State)
	}
	must(t, by.Retry(t.Context(), h.Jobs[0].ID))
	s.Work()
	until(t, s, sent.ID, "delivered", in(models.DeliveryDone))
}
