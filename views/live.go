package views

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/live"
	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/tasks"
)

// maxTopics bounds how much one stream may follow: a page of posts, each with
// its counts, and what was loaded behind it.
const maxTopics = 128

const cursorKey = "views.cursor"

// NoteCursor keeps where the live streams stand before anything is asked of the
// database, so that what happens while a page is made is replayed to it.
func (v *Views) NoteCursor(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(cursorKey, v.Live.Cursor())
		return next(c)
	}
}

// right asks the same question as the page that would show the thing.
type right func(ctx context.Context, who models.Viewer, id int64) error

// rights has one entry for each kind of topic that carries a number and is
// followed by name. What is followed by its author is a matter of the audience.
func (v *Views) rights() map[string]right {
	return map[string]right{
		"photo":     v.mayFollowPhoto,
		"member":    mayFollowMember,
		"task":      v.mayFollowTask,
		"schedules": mayFollowSchedules,
		"pulse":     mayFollowPulse,
		"queues":    mayFollowQueues,
		"job":       mayFollowJob,
		"webhook":   v.mayFollowWebhook,
		"delivery":  v.mayFollowDelivery,
		"webhooks":  mayFollowQueues,
	}
}

// mayFollowPhoto asks for a portrait, or else for the post that the photo is
// attached to.
func (v *Views) mayFollowPhoto(ctx context.Context, who models.Viewer, id int64) error {
	_, err := models.PhotosIn(v.DB.Read).VisibleTo(who).Get(ctx, id)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	a, err := models.AttachmentOfPhoto(ctx, v.DB.Read, id)
	if err == nil {
		_, err = models.AttachmentVisibleTo(ctx, v.DB.Read, who, a.ID)
	}
	return err
}

func mayFollowMember(_ context.Context, who models.Viewer, id int64) error {
	if id != who.ID {
		return problem.NotFound("There is nothing to follow here.")
	}
	return nil
}

// LiveStream handles GET /live?on=feed,post:12: it stays open and sends what
// happens. What the visitor may not see, or no longer, is left out; a stream of
// nothing is not there.
func (v *Views) LiveStream(c echo.Context) error {
	asked := strings.Split(c.QueryParam("on"), ",")
	if len(asked) > maxTopics {
		return problem.NotFound("That is more than one stream can follow.")
	}
	reader := live.Reader{Who: reader(me(c).ID), Source: streamSource(c)}
	rights := v.rights()
	for _, t := range asked {
		ok, err := v.mayFollow(c, rights, t)
		if err != nil {
			return err
		}
		if ok && !slices.Contains(reader.Topics, t) {
			reader.Topics = append(reader.Topics, t)
		}
	}
	a, err := v.audience(c.Request().Context(), me(c), asked)
	if err != nil {
		return err
	}
	if !a.empty() {
		reader.Wants = a.wants
	}
	if len(reader.Topics) == 0 && a.empty() {
		return problem.NotFound("There is nothing to follow here.")
	}
	reader.Now = v.standing(reader.Topics)
	return v.Live.Serve(c, reader)
}

// streamSource is whose streams are counted together: a member's, or those that
// strangers open from one address. It cannot be taken for a member's number.
func streamSource(c echo.Context) string {
	if id := me(c).ID; id != 0 {
		return reader(id)
	}
	return "address " + throttle.AddressKey(c.RealIP())
}

// reader is the name by which the hub knows a member's streams.
func reader(id int64) string { return strconv.FormatInt(id, 10) }

func (v *Views) mayFollow(c echo.Context, rights map[string]right, topic string) (bool, error) {
	if tasks.IsPageTopic(topic) {
		return true, nil // who knows it was shown the page; who guesses hears silence
	}
	kind, id, ok := numbered(topic)
	may, known := rights[kind]
	if !ok || !known {
		return false, nil
	}
	err := may(c.Request().Context(), me(c), id)
	if p := (*problem.Problem)(nil); errors.As(err, &p) && p.Status == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// numbered reads "kind:12". There is one way to write a number.
func numbered(topic string) (kind string, id int64, ok bool) {
	kind, number, _ := strings.Cut(topic, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	return kind, id, err == nil && number == strconv.FormatInt(id, 10)
}

// follow is the address of the stream with these topics, and with what concerns
// the member who is looking.
func (v *Views) follow(c echo.Context, topics ...string) (string, error) {
	if id := me(c).ID; id != 0 {
		topics = append([]string{tasks.MemberTopic(id)}, topics...)
	}
	if len(topics) == 0 {
		return "", nil
	}
	path, err := route.Path(c, "live")
	return path + "?on=" + url.QueryEscape(strings.Join(topics, ",")), err
}
