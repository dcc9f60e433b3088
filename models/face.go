package models

import "strings"

// Face is what naming a member takes, wherever they appear beside something
// that they said or did. Rows embed it with a prefix of its own.
type Face struct {
	ID       int64
	Username string
	Name     string
	Portrait Portrait `gorm:"embedded"`
}

// cacheKey changes with what a partial shows of the face.
func (f Face) cacheKey() string {
	return f.Name + "\x00" + f.Portrait.Folder + f.Portrait.Version + "\x00"
}

// faceTables joins the member whose number the column holds.
func faceTables(column string) string {
	return " JOIN users ON users.id = " + column + " JOIN profiles ON profiles.user_id = users.id" +
		" LEFT JOIN photos ON photos.id = profiles.photo_id AND photos.state = 'ready'"
}

// faceColumns fill a Face that is embedded with the prefix.
func faceColumns(prefix string) string {
	return strings.NewReplacer("^", prefix).Replace(
		"users.id AS ^id, users.username AS ^username, profiles.name AS ^name," +
			" COALESCE(photos.folder, '') AS ^folder, COALESCE(photos.version, '') AS ^version," +
			" COALESCE(photos.placeholder, '') AS ^placeholder, COALESCE(photos.alt, '') AS ^alt")
}
