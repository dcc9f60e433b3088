package views

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/models"
	"superbook/tasks"
)

// StoredFile is a file that is kept, but that the database does not know yet.
// What is never saved the sweep removes.
type StoredFile struct {
	file  models.Attachment
	photo *models.Photo // of a picture; nil for everything else

	// Unfollowed has nobody follow the work on a picture: its owner is only said
	// to have sent it.
	Unfollowed bool
}

// StoreFile keeps what has arrived, under a sanitised name. What it is, its
// bytes decide, not who sent it: a picture that the photo pipeline refuses is a
// file like any other.
func (v *Views) StoreFile(user int64, name string, u *media.Upload) (StoredFile, error) {
	f := StoredFile{file: models.Attachment{UserID: user, Folder: NewFolder(), Name: forms.FileName(name), Size: u.Size}}
	info, err := photo.Inspect(u, u.Size, "", photo.DefaultLimits())
	if refusal := (*photo.Refusal)(nil); errors.As(err, &refusal) {
		if f.file.Type, f.file.Kind, err = typeOf(u); err != nil {
			return f, err
		}
		return f, u.Keep(tasks.AttachedFile(f.file.Folder))
	} else if err != nil {
		return f, fmt.Errorf("inspect a file: %w", err)
	}
	f.file.Type, f.file.Kind = "image/"+info.Format, models.PictureFile
	if info.Moving {
		f.file.Kind, f.file.Name = models.MovingFile, endingIn(".gif", f.file.Name)
	}
	f.photo = &models.Photo{UserID: user, Folder: f.file.Folder, SHA256: hex.EncodeToString(u.SHA256[:]),
		Format: info.Format, Width: info.Width, Height: info.Height, Attached: true}
	return f, u.Keep(tasks.Original(f.file.Folder))
}

// endingIn gives a name its ending: a moving picture is served under its own
// name, which must not be that of one of its sizes.
func endingIn(ending, name string) string {
	if strings.HasSuffix(strings.ToLower(name), ending) {
		return name
	}
	return name + ending
}

// SaveFile adds a stored file that waits for its post, and the job of its
// picture, in one transaction.
func (v *Views) SaveFile(ctx context.Context, tx *gorm.DB, f StoredFile) (card models.AttachmentCard, err error) {
	if f.photo != nil {
		if err := models.CreatePhoto(ctx, tx, f.photo); err != nil {
			return card, err
		}
		if err := v.cutFile(ctx, tx, f); err != nil {
			return card, err
		}
		f.file.PhotoID = &f.photo.ID
		card = models.AttachmentCard{State: f.photo.State, Width: f.photo.Width, Height: f.photo.Height}
	}
	err = models.CreateAttachment(ctx, tx, &f.file)
	card.Attachment = f.file
	return card, err
}

func (v *Views) cutFile(ctx context.Context, tx *gorm.DB, f StoredFile) error {
	job := tasks.ProcessPhoto{PhotoID: f.photo.ID}
	if f.Unfollowed {
		return v.Jobs.Add(ctx, tx, job)
	}
	return v.followPhoto(ctx, tx, f.photo.UserID, job, forms.Callback{})
}

// keepFiles keeps the bytes, then saves all files together, as they wait for
// their post. After an error none is kept.
func (v *Views) keepFiles(ctx context.Context, user int64, files []arrived) (cards []models.AttachmentCard, err error) {
	if err := models.RoomForPending(ctx, v.DB.Read, user, 0); err != nil {
		return nil, err
	}
	var stored []StoredFile
	var folders []string
	for _, file := range files {
		s, err := v.StoreFile(user, file.name, file.Upload)
		folders = append(folders, s.file.Folder)
		if err != nil {
			return nil, errors.Join(err, tasks.RemoveFiles(v.Files, folders))
		}
		stored = append(stored, s)
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		cards, err = v.saveFiles(ctx, tx, files, stored)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, tasks.RemoveFiles(v.Files, folders))
	}
	return cards, nil
}

// saveFiles saves files that are stored, and takes those that came before their
// form out of the uploads.
func (v *Views) saveFiles(ctx context.Context, tx *gorm.DB, files []arrived, stored []StoredFile) (cards []models.AttachmentCard, err error) {
	for i, s := range stored {
		card, err := v.SaveFile(ctx, tx, s)
		if err != nil {
			return nil, err
		}
		if err := files[i].from.use(ctx, tx, models.Became{AttachmentID: &card.ID}); err != nil {
			return nil, err
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// playable are the types that browsers play and that cannot run. Everything
// else is offered for download, as bytes of no type.
func playable() map[models.FileKind][]string {
	return map[models.FileKind][]string{
		models.VideoFile: {"video/mp4", "video/webm", "video/ogg"},
		models.AudioFile: {"audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/aac", "audio/mp4"},
	}
}

// typeOf finds out by the first bytes what a file is.
func typeOf(u *media.Upload) (kind string, of models.FileKind, err error) {
	found, err := mimetype.DetectReader(io.NewSectionReader(u, 0, u.Size))
	if err != nil {
		return "", "", fmt.Errorf("find out what a file is: %w", err)
	}
	if kind, _, err = mime.ParseMediaType(found.String()); err != nil {
		return "", "", fmt.Errorf("find out what a file is: %w", err)
	}
	switch kind {
	case "video/x-m4v":
		kind = "video/mp4"
	case "audio/x-m4a":
		kind = "audio/mp4"
	}
	for of, types := range playable() {
		if slices.Contains(types, kind) {
			return kind, of, nil
		}
	}
	return kind, models.OtherFile, nil
}
