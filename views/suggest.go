package views

import (
	"net/http"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/photo"
	"superbook/kit/route"
	"superbook/models"
)

const (
	suggested = 8
	// typed bounds what is looked for, in characters: no name is longer.
	typed = 60
)

// Typed is the query for suggestions.
type Typed struct {
	Letters string `query:"q"`
}

// suggestBody is what a script offers while somebody types a name.
type suggestBody struct {
	Members []suggestion `json:"members"`
}

type suggestion struct {
	Username string `json:"username"`
	Name     string `json:"name"`
	Picture  string `json:"picture,omitempty"` // an address
}

// UserSuggest handles GET /users/suggest?q=: members whose name or username
// begins with what was typed, as JSON.
func (v *Views) UserSuggest(c echo.Context) error {
	ctx := c.Request().Context()
	var q Typed
	if err := form.Query(c, &q); err != nil {
		return err
	}
	q.Letters = form.Line(q.Letters)
	body := suggestBody{Members: []suggestion{}}
	if n := utf8.RuneCountInString(q.Letters); n > 0 && n <= typed {
		faces, err := models.MembersIn(v.DB.Read).VisibleTo(me(c)).Except(me(c).ID).Beginning(q.Letters).MostFollowed().Faces(ctx, suggested)
		if err != nil {
			return err
		}
		for _, f := range faces {
			s := suggestion{Username: f.Username, Name: f.Name}
			if f.Portrait.Version != "" {
				if s.Picture, err = route.Path(c, "media", f.Portrait.Folder, f.Portrait.Version, photo.VariantNames()[0]+".jpg"); err != nil {
					return err
				}
			}
			body.Members = append(body.Members, s)
		}
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return c.JSON(http.StatusOK, body)
}
