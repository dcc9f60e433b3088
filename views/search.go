package views

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/fulltext"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/kit/throttle"
	"superbook/models"
)

const (
	membersBeside = 6   // members shown above the posts that were found
	membersAlone  = 24  // members shown when only they are asked for
	excerptLength = 240 // characters of a post that was found
)

// SearchPage shows the members and posts that fit a search.
type SearchPage struct {
	Base
	Form        forms.Search
	Members     []models.Member // best first
	MoreMembers bool            // than these
	Posts       []SearchResult
	More        string // the query of the next page of posts, or ""
}

// Template names the page's template.
func (SearchPage) Template() string { return "search" }

// Asked says whether there is anything to search for.
func (p SearchPage) Asked() bool { return p.Form.Words != "" }

// Wordless says whether the search has only signs, which nothing is found by.
func (p SearchPage) Wordless() bool { return len(models.SearchTerms(p.Form.Words)) == 0 }

// Nothing says whether nothing was found, and there is nowhere else to look.
func (p SearchPage) Nothing() bool {
	return len(p.Members) == 0 && len(p.Posts) == 0 && p.More == ""
}

// SearchResult is a post with the part of its text that was found.
type SearchResult struct {
	models.PostCard
	Excerpt []fulltext.Piece
}

// Search handles GET /search, as a page or as JSON.
func (v *Views) Search(c echo.Context) error {
	page := SearchPage{Base: v.base(c, "search", "Search")}
	if err := form.Query(c, &page.Form); err != nil {
		return err
	}
	page.Form.Tidy()
	page.Noindex = true
	if page.Asked() {
		page.Title = "Search for “" + page.Form.Words + "”"
		if page.Me == nil {
			if err := slowDown(v.Limits.SearchByAddress, throttle.AddressKey(c.RealIP())); err != nil {
				return err
			}
		}
		if err := v.search(c.Request().Context(), me(c), &page); err != nil {
			return err
		}
	}
	if wantsJSON(c) {
		return searchJSON(c, page)
	}
	return render.Show(c, page)
}

// search fills the page. Its two questions do not wait for each other.
func (v *Views) search(ctx context.Context, who models.Viewer, page *SearchPage) error {
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	f := page.Form
	terms := models.SearchTerms(f.Words)
	var posts models.PostsFound
	g := async.NewGroup(ctx)
	if f.Members() {
		async.Go(g, &page.Members, func(ctx context.Context) ([]models.Member, error) {
			return models.MembersIn(v.DB.Read).VisibleTo(who).Best(ctx, f.Words, page.membersShown()+1)
		})
	}
	if f.Posts() {
		async.Go(g, &posts, func(ctx context.Context) (models.PostsFound, error) {
			return models.PostsVisibleTo(v.DB.Read, who).Search(ctx, terms, f.Place(), postsShown)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if n := page.membersShown(); len(page.Members) > n {
		page.Members, page.MoreMembers = page.Members[:n], true
	}
	page.addPosts(posts, terms)
	return nil
}

func (p *SearchPage) addPosts(found models.PostsFound, terms []string) {
	for _, card := range found.Posts {
		p.Posts = append(p.Posts, SearchResult{card, fulltext.Excerpt(card.Text, terms, excerptLength)})
	}
	if found.Next != nil {
		p.More = p.Form.QueryAt(*found.Next)
	}
}

func (p SearchPage) membersShown() int {
	if p.Form.What == forms.FindMembers {
		return membersAlone
	}
	return membersBeside
}

// searchBody is what was found as JSON.
type searchBody struct {
	Members []memberBody `json:"members"`
	Posts   []postBody   `json:"posts"`
	Next    string       `json:"next,omitempty"` // the address of more posts
}

// memberBody is a member as JSON.
type memberBody struct {
	Username string      `json:"username"`
	Name     string      `json:"name"`
	Kind     models.Kind `json:"kind"`
	URL      string      `json:"url"`
}

func searchJSON(c echo.Context, page SearchPage) error {
	body := searchBody{Members: []memberBody{}, Posts: []postBody{}}
	for _, m := range page.Members {
		path, err := route.Path(c, "user", m.Username)
		if err != nil {
			return err
		}
		body.Members = append(body.Members, memberBody{m.Username, m.Name, m.Kind, path})
	}
	for _, p := range page.Posts {
		b, err := postJSON(c, p.PostCard)
		if err != nil {
			return err
		}
		body.Posts = append(body.Posts, b)
	}
	if page.More != "" {
		path, err := route.Path(c, "search")
		if err != nil {
			return err
		}
		body.Next = path + page.More
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-cache")
	return c.JSON(http.StatusOK, body)
}
