package views

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// postsShown is how many posts a list has.
const postsShown = 20

// PostList is a list of posts, newest first, and where it goes on.
type PostList struct {
	Posts []models.PostCard
	More  int64 // the number before which there are older ones; 0 when there are none
}

// listOf asks for one post more than it shows, to know whether there are older ones.
func listOf(cards []models.PostCard) PostList {
	if len(cards) <= postsShown {
		return PostList{Posts: cards}
	}
	return PostList{cards[:postsShown], cards[postsShown-1].ID}
}

// FeedPage is what members come for: what the people they follow say.
type FeedPage struct {
	Base
	PostList
	Composer
	Older  bool // not the newest page of it
	Patrol []models.Face
}

// Template names the page's template.
func (FeedPage) Template() string { return "posts/feed" }

// Feed handles GET /feed.
func (v *Views) Feed(c echo.Context) error {
	ctx := c.Request().Context()
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	cards, err := models.PostsVisibleTo(v.DB.Read, me(c)).Feed(q.ID, postsShown+1).Page(ctx, postsShown+1)
	if err != nil {
		return err
	}
	page := FeedPage{Base: v.base(c, "feed", "Your feed"), PostList: listOf(cards), Older: q.ID != 0}
	if page.Follow, err = v.follow(c, newest(q, onFeed)...); err != nil {
		return err
	}
	if page.Patrol, err = v.patrol(ctx, me(c)); err != nil {
		return err
	}
	return render.Show(c, page)
}

// Public handles GET /public: the newest public posts, as JSON for programs;
// people are sent to the home page, which shows the same.
func (v *Views) Public(c echo.Context) error {
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	cards, err := models.PostsVisibleTo(v.DB.Read, me(c)).Public().Before(q.ID).Page(c.Request().Context(), postsShown+1)
	if err != nil {
		return err
	}
	list := listOf(cards)
	body := publicBody{Posts: []postBody{}}
	for _, p := range list.Posts {
		b, err := postJSON(c, p)
		if err != nil {
			return err
		}
		body.Posts = append(body.Posts, b)
	}
	if list.More != 0 {
		path, err := route.Path(c, "public")
		if err != nil {
			return err
		}
		body.Next = path + "?before=" + strconv.FormatInt(list.More, 10)
	}
	return c.JSON(http.StatusOK, body)
}

// publicBody is a page of posts as JSON.
type publicBody struct {
	Posts []postBody `json:"posts"`
	Next  string     `json:"next,omitempty"` // the address of older ones
}

// postBody is a post as JSON.
type postBody struct {
	ID        int64      `json:"id"`
	URL       string     `json:"url"`
	CreatedAt time.Time  `json:"created_at"`
	EditedAt  *time.Time `json:"edited_at,omitempty"`
	Author    string     `json:"author"`       // username
	To        string     `json:"to,omitempty"` // username, for a personal post
	Text      string     `json:"text"`
	Files     []fileBody `json:"files,omitempty"`
	Shared    *postBody  `json:"shared,omitempty"`
	Likes     int        `json:"likes"`
	Comments  int        `json:"comments"`
	Shares    int        `json:"shares"`
}

// fileBody is an attachment as JSON.
type fileBody struct {
	URL  string          `json:"url,omitempty"` // empty while there is nothing to show
	Name string          `json:"name"`
	Type string          `json:"type"`
	Size int64           `json:"size"`
	Kind models.FileKind `json:"kind"`
	Alt  string          `json:"alt,omitempty"`
}

func postJSON(c echo.Context, p models.PostCard) (postBody, error) {
	path, err := route.Path(c, "post", p.ID)
	if err != nil {
		return postBody{}, err
	}
	b := postBody{ID: p.ID, URL: path, CreatedAt: p.CreatedAt, EditedAt: p.EditedAt, Author: p.Author.Username, To: p.RecipientUsername,
		Text: p.Text, Likes: p.Likes, Comments: p.Comments, Shares: p.Shares}
	for _, f := range p.Files {
		body, err := fileJSON(c, f)
		if err != nil {
			return b, err
		}
		b.Files = append(b.Files, body)
	}
	if p.Shared != nil {
		shared, err := postJSON(c, *p.Shared)
		if err != nil {
			return b, err
		}
		b.Shared = &shared
	}
	return b, nil
}

// newest is what a page of posts follows: who comes on patrol and, if it begins
// with the newest, what comes before them.
func newest(q Before, posts string) []string {
	if q.ID != 0 {
		return []string{onPatrol}
	}
	return []string{posts, onPatrol}
}

func fileJSON(c echo.Context, f models.AttachmentCard) (b fileBody, err error) {
	b = fileBody{"", f.Name, f.Type, f.Size, f.Kind, f.Alt}
	if f.Kind != models.PictureFile {
		b.URL, err = route.Path(c, "attachment", f.ID, f.Name)
	} else if f.Shown() {
		b.URL, err = route.Path(c, "attachment", f.ID, "1280.jpg")
	}
	return b, err
}

// followPosts is what a page of posts follows beside: each post that it shows.
func followPosts(topics []string, posts ...models.PostCard) []string {
	for _, p := range posts {
		topics = append(topics, tasks.PostTopic(p.ID))
	}
	return topics
}
