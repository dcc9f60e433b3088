package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// Jobs that this process adds wake its workers through the alarm; polling
// finds those of other processes, retries and what the clock adds. With two
// queues an idle process costs 2.4 % of a core polling every 50 ms (3.0 % with
// River's listener), 0.9 % every 250 ms, 0.6 % every 500 ms.
const (
	sqliteCooldown = time.Millisecond
	sqlitePoll     = 250 * time.Millisecond
)

// sqliteDriver is River's driver with the alarm in place of its listener,
// which would ask a table for messages twenty times a second.
type sqliteDriver struct {
	*riversqlite.Driver
	alarm *alarm
}

func newSQLiteDriver(pool *sql.DB, a *alarm) *sqliteDriver {
	return &sqliteDriver{riversqlite.New(pool), a}
}

// GetListener returns what River's workers wait on.
func (d *sqliteDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.alarm
}

// SupportsListenNotify keeps River from writing messages that nobody reads.
func (d *sqliteDriver) SupportsListenNotify() bool { return false }

// alarm carries River's notifications within one process.
type alarm struct {
	messages  chan *riverdriver.Notification
	listening atomic.Bool // a process that only adds jobs has nobody to wake
}

// The topics and messages are River's own.
const (
	topicInsert  = "river_insert"
	topicControl = "river_control"
)

func newAlarm() *alarm { return &alarm{messages: make(chan *riverdriver.Notification, 256)} }

type message struct {
	Action string `json:"action,omitempty"`
	JobID  int64  `json:"job_id,omitempty"`
	Queue  string `json:"queue"`
}

func (m message) on(topic string) *riverdriver.Notification {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and a number: cannot fail
	}
	return &riverdriver.Notification{Topic: topic, Payload: string(text)}
}

// inserted says that the queue has a new job. With so many said already that
// there is no room, the workers will look anyway.
func (a *alarm) inserted(queue string) {
	if !a.listening.Load() {
		return
	}
	select {
	case a.messages <- message{Queue: queue}.on(topicInsert):
	default:
	}
}

// cancelled tells the worker of a running job to end it.
func (a *alarm) cancelled(ctx context.Context, job *rivertype.JobRow) error {
	return a.control(ctx, message{"cancel", job.ID, job.Queue})
}

// control tells the workers to end a job, or to pause or resume a queue.
func (a *alarm) control(ctx context.Context, m message) error {
	if !a.listening.Load() {
		return nil
	}
	select {
	case a.messages <- m.on(topicControl):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("tell the workers of queue %s to %s: %w", m.Queue, m.Action, ctx.Err())
	}
}

// WaitForNotification returns the next message, or an error when ctx ends.
func (a *alarm) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case m := <-a.messages:
		return m, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Connect begins to take messages.
func (a *alarm) Connect(context.Context) error {
	a.listening.Store(true)
	return nil
}

// Close stops taking messages.
func (a *alarm) Close(context.Context) error {
	a.listening.Store(false)
	return nil
}

// The rest of River's listener needs nothing done within one process.

func (a *alarm) Listen(context.Context, string) error   { return nil }
func (a *alarm) Unlisten(context.Context, string) error { return nil }
func (a *alarm) Ping(context.Context) error             { return nil }
func (a *alarm) Schema() string                         { return "" }
func (a *alarm) SetAfterConnectExec(string)             {}
