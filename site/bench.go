package site

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"superbook/kit/photo"
)

// Bench holds the commands that measure.
type Bench struct {
	Photos BenchPhotos `cmd:"" help:"Run the photo job over a folder of pictures."`
}

// BenchPhotos is the flag set of the command bench photos.
type BenchPhotos struct {
	Dir     string        `arg:"" type:"existingdir" help:"Folder with pictures; what is none is left out."`
	Rounds  int           `default:"5" help:"How often each picture is processed alone; the median counts."`
	Workers int           `help:"How many at once when all cores work; 0 means one a core."`
	For     time.Duration `default:"5s" help:"How long all cores work; 0 leaves that out."`
	Out     string        `type:"path" help:"Folder for the results."`
	JSON    bool          `name:"json" help:"Print JSON."`
}

// photoFigures are what was measured of one picture.
type photoFigures struct {
	File       string  `json:"file"`
	Megapixels float64 `json:"megapixels"`
	Bytes      int     `json:"bytes"`
	MS         float64 `json:"ms"`     // medians, in milliseconds
	CPU        float64 `json:"cpu_ms"` // 0 where the system does not tell
	path       string
}

// process opens the file as the job does: what is in memory is the work alone.
func (p photoFigures) process(ctx context.Context) (photo.Result, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return photo.Result{}, fmt.Errorf("bench photos: %w", err)
	}
	defer f.Close()
	r, err := photo.Process(ctx, f, int64(p.Bytes), photo.Options{})
	if err != nil {
		return r, fmt.Errorf("bench %s: %w", p.File, err)
	}
	return r, nil
}

type benchFigures struct {
	Photos    []photoFigures `json:"photos"`
	Workers   int            `json:"workers"`
	PerSecond float64        `json:"photos_per_second"`
	PeakMB    int64          `json:"peak_rss_mb"` // 0 where the system does not tell
}

// Run measures each picture alone, one after the other, and then all together on all cores.
func (b BenchPhotos) Run(ctx context.Context) error {
	photos, err := b.load()
	if err != nil {
		return err
	}
	all := benchFigures{Photos: photos, Workers: cmp.Or(b.Workers, runtime.GOMAXPROCS(0))}
	for i := range all.Photos {
		if err := b.alone(ctx, &all.Photos[i]); err != nil {
			return err
		}
	}
	if all.PerSecond, err = b.together(ctx, all.Photos, all.Workers); err != nil {
		return err
	}
	_, all.PeakMB = usage()
	return b.print(all)
}

// load finds the pictures. Each is processed several times, so that no disk is measured.
func (b BenchPhotos) load() (photos []photoFigures, err error) {
	files, err := os.ReadDir(b.Dir)
	if err != nil {
		return nil, fmt.Errorf("bench photos: %w", err)
	}
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		p, err := inspectFile(filepath.Join(b.Dir, f.Name()))
		if refusal := (*photo.Refusal)(nil); errors.As(err, &refusal) {
			fmt.Fprintf(os.Stderr, "%s left out: %v\n", f.Name(), err)
			continue
		} else if err != nil {
			return nil, fmt.Errorf("bench photos: %w", err)
		}
		photos = append(photos, p)
	}
	if len(photos) == 0 {
		return nil, fmt.Errorf("bench photos: there is no picture in %s", b.Dir)
	}
	return photos, nil
}

func inspectFile(path string) (p photoFigures, err error) {
	f, err := os.Open(path)
	if err != nil {
		return p, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return p, err
	}
	in, err := photo.Inspect(f, stat.Size(), "", photo.DefaultLimits())
	mp := float64(in.Width) * float64(in.Height) / 1e6
	return photoFigures{File: filepath.Base(path), Megapixels: mp, Bytes: int(stat.Size()), path: path}, err
}

// keep writes the results as NAME-SIZE.jpg, for who wants to look or to compare.
func (b BenchPhotos) keep(name string, r photo.Result) error {
	if b.Out == "" {
		return nil
	}
	if err := os.MkdirAll(b.Out, 0o755); err != nil {
		return fmt.Errorf("bench photos: %w", err)
	}
	for _, v := range r.Variants {
		file := filepath.Join(b.Out, strings.TrimSuffix(name, filepath.Ext(name))+"-"+v.Name+".jpg")
		if err := os.WriteFile(file, v.JPEG, 0o644); err != nil {
			return fmt.Errorf("bench photos: %w", err)
		}
	}
	return nil
}

func (b BenchPhotos) print(all benchFigures) error {
	if b.JSON {
		return json.NewEncoder(os.Stdout).Encode(all)
	}
	fmt.Printf("%-32s %6s %9s %9s %9s\n", "picture", "MP", "KB", "ms", "CPU ms")
	for _, p := range all.Photos {
		fmt.Printf("%-32s %6.1f %9d %9.1f %9.1f\n", p.File, p.Megapixels, p.Bytes>>10, p.MS, p.CPU)
	}
	if all.PerSecond > 0 {
		fmt.Printf("%d workers: %.1f pictures/s\n", all.Workers, all.PerSecond)
	}
	if all.PeakMB > 0 {
		fmt.Printf("peak memory of the process: %d MB\n", all.PeakMB)
	}
	return nil
}
