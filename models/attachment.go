package models

import (
	"context"
	"path"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// FileKind says how a page shows a file.
type FileKind string

// The kinds of files. A picture goes through the photo pipeline and is shown in
// its sizes; one that moves has those for its poster.
const (
	PictureFile FileKind = "picture"
	MovingFile  FileKind = "moving"
	VideoFile   FileKind = "video"
	AudioFile   FileKind = "audio"
	OtherFile   FileKind = "other"
)

// Attachment is a file that came with a post, or that waits for its post.
type Attachment struct {
	ID        int64
	CreatedAt time.Time
	UserID    int64
	PostID    *int64 // nil while it waits
	Place     int    // in the post, from 0
	Folder    string // random; names the file in the media store
	Name      string // as it was called where it came from
	Type      string // by its content, never by what the sender said
	Size      int64  // bytes
	Kind      FileKind
	PhotoID   *int64 // of pictures
}

// AttachmentCard is an attachment as pages show it, with how far the work on
// its picture has come.
type AttachmentCard struct {
	Attachment  `gorm:"embedded"`
	State       State // of its picture
	Progress    int
	Failure     string
	Version     string
	Placeholder string
	Width       int
	Height      int
	Alt         string
}

// TableName tells gorm that an AttachmentCard is read from joined tables.
func (AttachmentCard) TableName() string { return "attachments" }

// CacheKey changes with everything that a page shows of the file.
func (a AttachmentCard) CacheKey() string {
	return strconv.FormatInt(a.ID, 10) + " " + string(a.State) + " " + a.Version + " " + strconv.Itoa(a.Progress) + " " + a.Alt
}

// Final says whether nothing more will happen to the file.
func (a AttachmentCard) Final() bool {
	return a.PhotoID == nil || a.State == Ready || a.State == Failed
}

// Shown says whether the file's picture can be shown.
func (a AttachmentCard) Shown() bool { return a.PhotoID != nil && a.State == Ready }

// Said is what the picture is called for who cannot see it.
func (a AttachmentCard) Said() string {
	if a.Alt != "" {
		return a.Alt
	}
	return "A picture without a description: " + a.Name
}

// Ending is the ending of the file's name in capitals, such as PDF, or "File".
func (a AttachmentCard) Ending() string {
	ending := strings.ToUpper(strings.TrimPrefix(path.Ext(a.Name), "."))
	if ending == "" || len(ending) > 5 {
		return "File"
	}
	return ending
}

const (
	attachmentTables  = "attachments LEFT JOIN photos ON photos.id = attachments.photo_id"
	attachmentColumns = "attachments.id, attachments.created_at, attachments.user_id, attachments.post_id, attachments.place," +
		" attachments.folder, attachments.name, attachments.type, attachments.size, attachments.kind, attachments.photo_id," +
		" COALESCE(photos.state, '') AS state, COALESCE(photos.progress, 0) AS progress, COALESCE(photos.failure, '') AS failure," +
		" COALESCE(photos.version, '') AS version, COALESCE(photos.placeholder, '') AS placeholder," +
		" COALESCE(photos.width, 0) AS width, COALESCE(photos.height, 0) AS height, COALESCE(photos.alt, '') AS alt"
)

func attachments(conn *gorm.DB) db.Query[AttachmentCard] {
	return db.Rows[AttachmentCard](conn).Table(attachmentTables).Select(attachmentColumns)
}

// filesOf gives the files of several posts, by post and in their order.
func filesOf(ctx context.Context, conn *gorm.DB, posts []int64) (map[int64][]AttachmentCard, error) {
	rows, err := attachments(conn).Where("attachments.post_id IN ?", posts).Order("attachments.post_id, attachments.place").Find(ctx)
	of := map[int64][]AttachmentCard{}
	for _, a := range rows {
		of[*a.PostID] = append(of[*a.PostID], a)
	}
	return of, err
}

// AttachmentOfPhoto gives the attachment whose picture this is, whoever may see
// it.
func AttachmentOfPhoto(ctx context.Context, conn *gorm.DB, photo int64) (AttachmentCard, error) {
	a, err := attachments(conn).Where("attachments.photo_id = ?", photo).Take(ctx)
	return found(a, err, "file")
}

// AttachmentVisibleTo gives an attachment if the viewer may see its post, or if
// it is their own and waits.
func AttachmentVisibleTo(ctx context.Context, conn *gorm.DB, who Viewer, id int64) (AttachmentCard, error) {
	a, err := attachments(conn).Where("attachments.id = ?", id).Take(ctx)
	if a, err = found(a, err, "file"); err != nil {
		return a, err
	}
	if a.PostID == nil && a.UserID == who.ID {
		return a, nil
	}
	var posts []int64
	if a.PostID != nil {
		if posts, err = PostsVisibleTo(conn, who).Numbered(*a.PostID).IDs(ctx); err != nil {
			return AttachmentCard{}, err
		}
	}
	if len(posts) == 0 {
		return found(AttachmentCard{}, gorm.ErrRecordNotFound, "file")
	}
	return a, nil
}

// PendingAttachments gives those of the numbers that are the member's own and
// wait for a post, in the order of the numbers.
func PendingAttachments(ctx context.Context, conn *gorm.DB, user int64, ids []int64) ([]AttachmentCard, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := attachments(conn).Where("attachments.id IN ? AND attachments.user_id = ? AND attachments.post_id IS NULL", ids, user).Find(ctx)
	of := map[int64]AttachmentCard{}
	for _, a := range rows {
		of[a.ID] = a
	}
	rows = rows[:0]
	for _, id := range ids {
		if a, ok := of[id]; ok {
			rows = append(rows, a)
			delete(of, id) // a number that comes twice counts once
		}
	}
	return rows, err
}
