// Package site puts the rooms together. It is the only package that knows them
// all.
package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/assets"
	"superbook/kit/auth"
	"superbook/kit/bridge"
	"superbook/kit/chat"
	"superbook/kit/db"
	"superbook/kit/live"
	"superbook/kit/mail"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/site/registry"
	"superbook/static"
	"superbook/tasks"
	"superbook/templates"
	"superbook/urls"
	"superbook/views"
)

// Site is SuperBook, put together and not yet running.
type Site struct {
	Settings Settings
	Log      *slog.Logger
	DB       *db.DB
	Jobs     *queue.Queue
	Live     *live.Hub
	Bridge   *bridge.Bridge // to other processes, on PostgreSQL; otherwise nil
	Files    *media.Store
	Tasks    *tasks.Deps
	Views    *views.Views
	URLs     *route.Table
	Assets   *assets.Set
	Pages    *render.Set
	Web      *echo.Echo
}

// New builds the site on a database whose tables are as they should be. Each
// step uses only what stands above it. The caller closes it.
func New(ctx context.Context, set Settings, log *slog.Logger) (s *Site, err error) {
	s = &Site{Settings: set, Log: log, Live: live.NewHub(live.Options{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.DB, err = db.Open(ctx, set.database(), log); err != nil {
		return s, err
	}
	if err = s.ready(ctx); err != nil {
		return s, err
	}
	if s.DB.Dialect == db.Postgres {
		s.Bridge = bridge.New(s.DB.Pool(), s.Live, log)
	}
	if s.Files, err = media.Open(filepath.Join(set.DataDir, "media")); err != nil {
		return s, err
	}
	if err = s.openTasks(ctx); err != nil {
		return s, err
	}
	if err = s.openViews(); err != nil {
		return s, err
	}
	// Here the one circle of values is closed: tasks render templates, which name
	// URLs, which lead to views, which add jobs, which tasks work on.
	s.Tasks.Pages, s.Tasks.Path = s.Pages, s.URLs.Path
	s.Web = s.newWeb()
	return s, nil
}

func (s *Site) openTasks(ctx context.Context) (err error) {
	set := s.Settings
	secret := []byte(set.SecretKey)
	s.Tasks = &tasks.Deps{Publisher: &tasks.Publisher{DB: s.DB, Live: s.Live, Log: s.Log},
		Media: s.Files, Budget: photo.NewBudget(set.MediaBudgetMB << 20), Signer: auth.NewSigner(secret), Secret: secret, BaseURL: set.BaseURL}
	if s.Tasks.Mail, err = s.mailSender(); err != nil {
		return err
	}
	s.Jobs, err = queue.Open(ctx, s.DB, queue.Config{
		Workers: tasks.Workers(s.Tasks), Queues: tasks.Queues(set.MediaWorkers), Periodic: tasks.Schedule(),
		Log: s.Log, LockFile: filepath.Join(set.DataDir, "worker.lock"), Discarded: tasks.Interrupted,
	})
	s.Tasks.Jobs = s.Jobs
	return err
}

// mailSender keeps mails for the page /dev/mail in development, unless told
// otherwise.
func (s *Site) mailSender() (mail.Sender, error) {
	switch {
	case s.Settings.MailURL != "":
		return mail.Open(s.Settings.MailURL, s.Settings.MailFrom, s.Log)
	case s.Settings.Debug:
		return mail.NewOutbox(filepath.Join(s.Settings.DataDir, "mail"))
	}
	s.Log.Warn("MAIL_URL is not set: mails are written to the log and reach nobody")
	return mail.Open("log:", s.Settings.MailFrom, s.Log)
}

func (s *Site) openViews() (err error) {
	// Who is on patrol may be a few seconds old: two lists of pages are made of it.
	v := &views.Views{Patrol: tasks.NewPatrol(s.Tasks.Publisher, 3*time.Second),
		DB: s.DB, Jobs: s.Jobs, Live: s.Live, News: s.Tasks.Publisher, Files: s.Files, Signer: s.Tasks.Signer, Secret: s.Tasks.Secret,
		Hasher: auth.NewHasher(auth.DefaultParams(), 4), Limits: limits(), Registry: models.Charter{},
		Log: s.Log, Debug: s.Settings.Debug, Secure: s.Settings.Secure(),
	}
	v.Chat = chat.NewHub(views.RoomLog{DB: s.DB, News: s.Tasks.Publisher}, chat.Options{Log: s.Log})
	s.Live.OnDrop(v.Dropped)
	v.Outbox, _ = s.Tasks.Mail.(*mail.Outbox)
	v.Auth = auth.New(auth.Config[models.Viewer]{
		Store: auth.NewStore(s.DB.Read, s.DB.Write), Secure: v.Secure, Log: s.Log, Load: v.LoadViewer, Skip: views.Sessionless,
	})
	if s.Settings.RegistryURL != "" {
		if v.Registry, err = registry.New(s.Settings.RegistryURL); err != nil {
			return err
		}
	}
	if s.Assets, err = assets.Load(source("static", static.FS, v.Debug), "/static/", v.Debug); err != nil {
		return err
	}
	if s.URLs, err = urls.Table(v, s.Assets.Serve); err != nil {
		return err
	}
	s.Views = v
	return s.openPages(source("templates", templates.FS, v.Debug))
}

// Close lets go of files and database. A site that serves is stopped by its
// context first; see Serve.
func (s *Site) Close() (err error) {
	s.Live.Close()
	if s.Views != nil {
		s.Views.Chat.Close()
	}
	if s.Files != nil {
		err = s.Files.Close()
	}
	if s.DB != nil {
		err = errors.Join(err, s.DB.Close())
	}
	if err != nil {
		return fmt.Errorf("close the site: %w", err)
	}
	return nil
}
