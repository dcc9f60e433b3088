package models

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Portrait is what showing a member's face takes. Without a version there is
// no photo yet, and initials are drawn instead.
type Portrait struct {
	Folder      string // where the photo's files are
	Version     string // changes with the files' content
	Placeholder string // a tiny blurred picture, as a data: address
	Alt         string
}

// Member is a person as lists and profile pages show them, scanned flat from
// joined tables.
type Member struct {
	ID         int64
	CreatedAt  time.Time
	Username   string
	Name       string
	Kind       Kind
	Bio        string
	Birthdate  string
	Address    string
	Origin     string
	OriginSlug string
	Posts      int
	Followers  int
	Following  int
	Verdict    Verdict  // as the registry gave it last, or ""
	Portrait   Portrait `gorm:"embedded"`
	Powers     []Power  `gorm:"-"`
}

// TableName tells gorm that a Member is read from joined tables.
func (Member) TableName() string { return "users" }

// CacheKey changes with everything that a list shows of the member.
func (m Member) CacheKey() string {
	var b strings.Builder
	b.WriteString(strconv.FormatInt(m.ID, 10))
	for _, s := range []string{m.Username, m.Name, string(m.Kind), m.Origin, m.Portrait.Folder, m.Portrait.Version, m.Portrait.Alt} {
		b.WriteByte(0)
		b.WriteString(s)
	}
	for _, p := range m.Powers {
		b.WriteByte(0)
		b.WriteString(p.Name)
	}
	return b.String()
}

const (
	memberTables = "users JOIN profiles ON profiles.user_id = users.id" +
		" LEFT JOIN origins ON origins.id = profiles.origin_id" +
		" LEFT JOIN photos ON photos.id = profiles.photo_id AND photos.state = 'ready'"
	portraitColumns = "COALESCE(photos.folder, '') AS folder, COALESCE(photos.version, '') AS version," +
		" COALESCE(photos.placeholder, '') AS placeholder, COALESCE(photos.alt, '') AS alt"
	memberColumns = "users.id, users.created_at, users.username, profiles.name, profiles.kind, profiles.bio," +
		" profiles.birthdate, profiles.address, profiles.posts, profiles.followers, profiles.following, profiles.verdict, COALESCE(origins.name, '') AS origin," +
		" COALESCE(origins.slug, '') AS origin_slug, " + portraitColumns
)

// Members is a question about members. Each method returns a narrower question
// and leaves the old one as it was; Page, Take and CountUpTo ask it.
type Members struct {
	keys  db.Query[Profile] // which members
	sets  []set             // and of which sets they must be; see Plan
	order string
	conn  *gorm.DB
}

// MembersIn starts with every member in the database or transaction, by number.
func MembersIn(conn *gorm.DB) Members {
	return Members{keys: db.Rows[Profile](conn), order: "profiles.user_id", conn: conn}
}

// Of keeps one kind.
func (m Members) Of(k Kind) Members { return m.where("profiles.kind = ?", k) }

// VisibleTo keeps those whom the viewer sees: neither has blocked the other.
func (m Members) VisibleTo(v Viewer) Members {
	if v.ID == 0 {
		return m
	}
	return m.where(unblocked("profiles.user_id"), v.ID)
}

// Blockable keeps those whom the viewer sees, and those whom they block
// themselves, so that blocking twice does no harm.
func (m Members) Blockable(v Viewer) Members {
	return m.where("NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.user_id = ? AND blocks.other_id = profiles.user_id AND NOT blocks.mine)", v.ID)
}

// Named keeps the member with this username, in any case.
func (m Members) Named(username string) Members {
	return m.where("profiles.user_id = (SELECT id FROM users WHERE username_key = ?)", Key(username))
}

// Numbered keeps the member with this number.
func (m Members) Numbered(id int64) Members { return m.where("profiles.user_id = ?", id) }

// From keeps those whose origin has this slug.
func (m Members) From(origin string) Members {
	return m.where("profiles.origin_id = (SELECT id FROM origins WHERE slug = ?)", origin)
}

// Newest puts those who joined last first. Numbers grow with time, so that one
// index serves the filter and the order.
func (m Members) Newest() Members { m.order = "profiles.user_id DESC"; return m }

// ByName orders by name, and by number where names are equal.
func (m Members) ByName() Members { m.order = "profiles.name_key, profiles.user_id"; return m }

func (m Members) where(sql string, args ...any) Members {
	m.keys = m.keys.Where(sql, args...)
	return m
}

// CountUpTo counts the members, but stops counting at most, which bounds the
// work for questions that match nearly everybody.
func (m Members) CountUpTo(ctx context.Context, most int) (int, error) {
	matches := m.resolved().keys.Select("profiles.user_id").Limit(most)
	n, err := db.Rows[Profile](m.conn).Table("(?) AS matches", matches.Sub()).Count(ctx, "*")
	return int(n), err
}

// Page gives the members from offset on, at most n, each with their powers: in
// three queries, however many members there are. The first finds only numbers,
// within an index; skipping whole rows would cost ten times as much.
func (m Members) Page(ctx context.Context, offset, n int) ([]Member, error) {
	ids, err := m.ids(ctx, offset, n)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return membersNumbered(ctx, m.conn, ids)
}

func (m Members) ids(ctx context.Context, offset, n int) ([]int64, error) {
	keys, err := m.resolved().keys.Select("profiles.user_id").Order(m.order).Offset(offset).Limit(n).Find(ctx)
	ids := make([]int64, len(keys))
	for i, k := range keys {
		ids[i] = k.UserID
	}
	return ids, err
}

// membersNumbered reads whole members, in the order of the numbers.
func membersNumbered(ctx context.Context, conn *gorm.DB, ids []int64) ([]Member, error) {
	rows, err := db.Rows[Member](conn).Table(memberTables).Select(memberColumns).Where("users.id IN ?", ids).Find(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b Member) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return rows, addPowers(ctx, conn, ids, rows)
}

// Take gives the one member that the question leaves, or a problem "not found".
func (m Members) Take(ctx context.Context) (Member, error) {
	known, err := m.TakeFor(ctx, Viewer{})
	return known.Member, err
}

type powerOf struct {
	UserID int64
	Power
}

// TableName tells gorm that powerOf is read from joined tables.
func (powerOf) TableName() string { return "profile_powers" }

func addPowers(ctx context.Context, conn *gorm.DB, ids []int64, rows []Member) error {
	powers, err := db.Rows[powerOf](conn).Table("profile_powers JOIN powers ON powers.id = profile_powers.power_id").
		Select("profile_powers.user_id, powers.id, powers.name, powers.slug").
		Where("profile_powers.user_id IN ?", ids).Order("profile_powers.user_id, profile_powers.place").Find(ctx)
	if err != nil {
		return err
	}
	of := map[int64][]Power{}
	for _, p := range powers {
		of[p.UserID] = append(of[p.UserID], p.Power)
	}
	for i := range rows {
		rows[i].Powers = of[rows[i].ID]
	}
	return nil
}
