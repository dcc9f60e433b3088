package views

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// maxTopics bounds how much one stream may follow.
const maxTopics = 16

// LiveStream handles GET /live?on=photo:12: it stays open and sends what
// happens on its topics, each of which the visitor must be allowed to see.
func (v *Views) LiveStream(c echo.Context) error {
	topics := strings.Split(c.QueryParam("on"), ",")
	if len(topics) > maxTopics {
		return problem.NotFound("That is more than one stream can follow.")
	}
	for _, t := range topics {
		if err := v.mayFollow(c, t); err != nil {
			return err
		}
	}
	return v.Live.Serve(c, topics)
}

// mayFollow asks the same question as the page that would show the thing.
func (v *Views) mayFollow(c echo.Context, topic string) error {
	kind, number, _ := strings.Cut(topic, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if kind != "photo" || err != nil || topic != tasks.PhotoTopic(id) {
		return problem.NotFound("There is nothing to follow here.")
	}
	_, err = models.PhotosIn(v.DB.Read).VisibleTo(me(c)).Get(c.Request().Context(), id)
	return err
}

// follow is the address of the stream with these topics.
func (v *Views) follow(c echo.Context, topics ...string) (string, error) {
	path, err := route.Path(c, "live")
	return path + "?on=" + url.QueryEscape(strings.Join(topics, ",")), err
}
