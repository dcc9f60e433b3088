package tasks

import (
	"fmt"

	"superbook/kit/media"
	"superbook/models"
)

// Original is where the bytes of a photo are kept as they came. They are never
// served: they may say where the photo was taken.
func Original(folder string) string { return "originals/" + folder }

// Variants is where everything that is served of a portrait is kept.
func Variants(folder string) string { return "variants/" + folder }

// Variant is where one size of a portrait is kept.
func Variant(folder, version, name string) string { return sized(Variants(folder), version, name) }

// Attached is where what is served of an attachment is kept: itself, or the
// sizes of its picture. They are for those who may see the post.
func Attached(folder string) string { return "attached/" + folder }

// AttachedFile is where an attachment that is no picture is kept as it came.
func AttachedFile(folder string) string { return Attached(folder) + "/file" }

// AttachedSize is where one size of an attached picture is kept.
func AttachedSize(folder, version, name string) string {
	return sized(Attached(folder), version, name)
}

func sized(folder, version, name string) string {
	return fmt.Sprintf("%s/%s/%s.jpg", folder, version, name)
}

// sizes is where the sizes of a photo are kept: of an attached one where the
// open address of portraits does not reach.
func sizes(p models.Photo) string {
	if p.Attached {
		return Attached(p.Folder)
	}
	return Variants(p.Folder)
}

// RemoveFiles removes everything that is kept of these attachments.
func RemoveFiles(files *media.Store, folders []string) error {
	for _, folder := range folders {
		for _, key := range []string{Attached(folder), Original(folder)} {
			if err := files.RemoveAll(key); err != nil {
				return fmt.Errorf("remove attachment: %w", err)
			}
		}
	}
	return nil
}
