package site

import (
	"time"

	"superbook/kit/assets"
	"superbook/kit/async"
	"superbook/kit/auth"
	"superbook/kit/chat"
	"superbook/kit/mail"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/static"
	"superbook/tasks"
	"superbook/templates"
	"superbook/urls"
	"superbook/views"
)

// lateLimit is how long a question may go on for whose answer the page does not wait.
const lateLimit = 10 * time.Second

func (s *Site) openViews() (err error) {
	// Who is on patrol may be a few seconds old: two lists of pages are made of it.
	v := &views.Views{Patrol: tasks.NewPatrol(s.Tasks.Publisher, 3*time.Second),
		DB: s.DB, Jobs: s.Jobs, Live: s.Live, News: s.Tasks.Publisher, Tasks: s.Tasks, Files: s.Files, Signer: s.Tasks.Signer, Secret: s.Tasks.Secret,
		Hasher: auth.NewHasher(auth.DefaultParams(), 4), Limits: limits(), Registry: s.Tasks.Registry, Faults: s.Faults,
		Late: views.LateServices{Registry: async.NewLate(64, lateLimit, s.Log), Database: async.NewLate(256, lateLimit, s.Log)}, Patience: 300 * time.Millisecond,
		Log: s.Log, Debug: s.Settings.Debug, Secure: s.Settings.Secure(), Dossiers: throttle.NewPlaces(views.MostDossiers),
		Figures: s.Figures, MetricsToken: s.Settings.MetricsToken,
	}
	depths := &tasks.Depths{Jobs: s.Jobs, Keep: 3 * time.Second}
	v.Pulse = tasks.NewPulse(s.Tasks.Publisher, s.Figures, depths, tasks.Queues(s.Settings.MediaWorkers))
	v.Chat = chat.NewHub(views.RoomLog{DB: s.DB, News: s.Tasks.Publisher}, chat.Options{Log: s.Log})
	v.Pulse.Streams, v.Pulse.Sockets = s.Live.Len, v.Chat.Len
	s.Live.OnDrop(v.Dropped)
	v.Outbox, _ = s.Tasks.Mail.(*mail.Outbox)
	v.Auth = auth.New(auth.Config[models.Viewer]{
		Store: auth.NewStore(s.DB.Read, s.DB.Write), Secure: v.Secure, Log: s.Log, Load: v.LoadViewer, Skip: views.Sessionless,
	})
	if s.Assets, err = assets.Load(source("static", static.FS, v.Debug), "/static/", v.Debug); err != nil {
		return err
	}
	if s.URLs, err = urls.Table(v, s.Assets.Serve); err != nil {
		return err
	}
	s.Views = v
	return s.openPages(source("templates", templates.FS, v.Debug))
}
