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
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/assets"
	"superbook/kit/auth"
	"superbook/kit/bridge"
	"superbook/kit/db"
	"superbook/kit/fault"
	"superbook/kit/live"
	"superbook/kit/mail"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/site/registry"
	"superbook/tasks"
	"superbook/views"
)

// Site is SuperBook, put together and not yet running.
type Site struct {
	Settings Settings
	Log      *slog.Logger
	DB       *db.DB
	Jobs     *queue.Queue
	Faults   *fault.Switches // development only; otherwise nil
	Live     *live.Hub
	Bridge   *bridge.Bridge // to other processes, on PostgreSQL; otherwise nil
	Files    *media.Store
	Figures  *tasks.Figures
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
	s = &Site{Settings: set, Log: log, Live: live.NewHub(live.Options{Ring: 4096}), Figures: tasks.NewFigures()}
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
	if err = s.measure(); err != nil {
		return s, err
	}
	s.Web = s.newWeb()
	return s, nil
}

func (s *Site) openTasks(ctx context.Context) (err error) {
	set := s.Settings
	secret := []byte(set.SecretKey)
	s.Tasks = &tasks.Deps{Publisher: &tasks.Publisher{DB: s.DB, Live: s.Live, Log: s.Log},
		Figures: s.Figures, Media: s.Files, Budget: photo.NewBudget(set.MediaBudgetMB << 20), Signer: auth.NewSigner(secret), Secret: secret, BaseURL: set.BaseURL,
		Webhooks: tasks.NewCaller(set.WebhooksLocal, set.BaseURL)}
	if set.WebhooksLocal && !set.Debug {
		s.Log.Warn("WEBHOOKS_LOCAL is set: members may have every address called that this machine reaches, inner ones too")
	}
	if s.Tasks.Mail, err = s.mailSender(); err != nil {
		return err
	}
	s.Tasks.Backups, s.Tasks.Registry = filepath.Join(set.DataDir, "backups"), models.Charter{}
	if set.RegistryURL != "" {
		if s.Tasks.Registry, err = registry.New(set.RegistryURL); err != nil {
			return err
		}
	}
	workers := tasks.Workers(s.Tasks)
	around, err := s.openFaults(workers.Kinds())
	if err != nil {
		return err
	}
	s.Jobs, err = queue.Open(ctx, s.DB, queue.Config{
		Workers: workers, Queues: tasks.Queues(set.MediaWorkers),
		Log: s.Log, LockFile: filepath.Join(set.DataDir, "worker.lock"), Interrupted: s.Tasks.Interrupted,
		Discarded: s.Tasks.Discarded, Cancelled: s.Tasks.Cancelled, Retried: s.Tasks.Retried,
		Middleware: append([]rivertype.Middleware{s.Figures.Tasks, s.Tasks.Following()}, around...),
	})
	if s.Tasks.Jobs = s.Jobs; err != nil {
		return err
	}
	return s.Tasks.Plant(ctx)
}

// openFaults has jobs go wrong on purpose, in development. In production nothing
// stands around a job.
func (s *Site) openFaults(kinds []queue.Kind) ([]rivertype.Middleware, error) {
	plan, err := s.Settings.faults()
	if err != nil || !s.Settings.Debug {
		return nil, err
	}
	s.Faults = fault.New(kinds, plan, s.Live, s.Log)
	return []rivertype.Middleware{s.Faults.Middleware()}, nil
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

// Close lets go of files and database. A site that serves is stopped by its
// context first; see Serve.
func (s *Site) Close() (err error) {
	s.Live.Close()
	if s.Views != nil {
		s.Views.Chat.Close()
		end, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		err = s.Views.Late.Stop(end) // they read the database
	}
	if s.Files != nil {
		err = errors.Join(err, s.Files.Close())
	}
	if s.DB != nil {
		err = errors.Join(err, s.DB.Close())
	}
	if err != nil {
		return fmt.Errorf("close the site: %w", err)
	}
	return nil
}
