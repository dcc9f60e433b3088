package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"superbook/kit/photo"
	"superbook/models"
)

// photoDeadline ends the work on a photo that takes too long to decode. The wait for memory does
// not count: that is other photos' doing.
const photoDeadline = 60 * time.Second

// cut makes the variants of a photo and stores them under the key of what it was
// asked to show. It writes what came out into p; nobody sees it yet.
func (d *Deps) cut(ctx context.Context, p *models.Photo, progress func(percent int)) error {
	start := time.Now()
	r, err := d.process(ctx, *p, progress)
	if err != nil {
		return err
	}
	p.Version, p.Pipeline, p.Placeholder, p.Width, p.Height = p.Key(), photo.Pipeline, r.Placeholder, r.Width, r.Height
	for _, v := range r.Variants {
		if err := d.Media.Write(ctx, sized(sizes(*p), p.Version, v.Name), v.JPEG); err != nil {
			return fmt.Errorf("store variant: %w", err)
		}
	}
	d.Figures.PhotoSeconds.With().Observe(time.Since(start).Seconds())
	return nil
}

// process decodes the original and cuts it, and tells of its progress.
func (d *Deps) process(ctx context.Context, p models.Photo, progress func(percent int)) (photo.Result, error) {
	progress(1)
	f, err := d.Media.Open(Original(p.Folder))
	if err != nil {
		return photo.Result{}, fmt.Errorf("open the original: %w", err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return photo.Result{}, fmt.Errorf("open the original: %w", err)
	}
	return photo.Process(ctx, f, stat.Size(), photo.Options{Budget: d.Budget, Crop: p.Crop(), Timeout: photoDeadline, Progress: progress})
}

// verdict tells what is the photo's own fault, which trying again cannot mend,
// from what is ours.
func verdict(err error) (words string, final bool) {
	if r := (*photo.Refusal)(nil); errors.As(err, &r) {
		return r.Words(), true
	}
	if errors.Is(err, photo.ErrTooLong) {
		return "This photo took too long to process. Save it anew as a JPEG and submit that.", true
	}
	return "", false
}
