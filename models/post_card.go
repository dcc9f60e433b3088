package models

import "strconv"

// PostCard is a post as pages show it, scanned flat from joined tables.
type PostCard struct {
	Post              `gorm:"embedded"`
	Author            Face `gorm:"embedded;embeddedPrefix:author_"`
	RecipientUsername string
	RecipientName     string
	Liked             bool             // by the viewer: the one thing here that is not the same for all
	Shared            *PostCard        `gorm:"-"` // nil when it is gone, or not for the viewer
	Files             []AttachmentCard `gorm:"-"`
	Talk              []CommentCard    `gorm:"-"` // the newest comments, oldest first
}

// TableName tells gorm that a PostCard is read from joined tables.
func (PostCard) TableName() string { return "posts" }

// Gone says whether the post passes on one that cannot be shown.
func (p PostCard) Gone() bool { return p.SharedID != nil && p.Shared == nil }

// FilesLayout is the class of the list of files: "many" when several are pictures, and "three" as well
// when that is how many. Pages say it before the first of them: a place that depended on those that
// follow would move while the page comes.
func (p PostCard) FilesLayout() string {
	pictures := 0
	for _, f := range p.Files {
		if (f.Kind == PictureFile || f.Kind == MovingFile) && f.State != Failed {
			pictures++
		}
	}
	switch pictures {
	case 0, 1:
		return ""
	case 3:
		return "many three"
	}
	return "many"
}

// CacheKey changes with the words, the people and the files of the post, and of
// what it passes on; not with its counts or with who looks.
func (p PostCard) CacheKey() string {
	key := append(strconv.AppendInt(nil, p.ID, 10), 0)
	key = append(append(key, p.Author.cacheKey()...), p.RecipientName...)
	if p.EditedAt != nil {
		key = strconv.AppendInt(append(key, 'e'), p.EditedAt.UnixMicro(), 36)
	}
	for _, f := range p.Files {
		key = append(append(key, 'f'), f.CacheKey()...)
	}
	if p.Shared != nil {
		key = append(append(key, 's'), p.Shared.CacheKey()...)
	}
	return string(key)
}
