package tasks

import "fmt"

// Original is where the bytes of a photo are kept as they came. They are never
// served: they may say where the photo was taken.
func Original(folder string) string { return "originals/" + folder }

// Variants is where everything that is served of a photo is kept.
func Variants(folder string) string { return "variants/" + folder }

// Variant is where one size of a photo is kept.
func Variant(folder, version, name string) string {
	return fmt.Sprintf("variants/%s/%s/%s.jpg", folder, version, name)
}

// PhotoTopic is what pages subscribe to in order to follow a photo.
func PhotoTopic(id int64) string { return fmt.Sprintf("photo:%d", id) }
