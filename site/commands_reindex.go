package site

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"superbook/models"
)

// Reindex makes the index of words for the search anew.
type Reindex struct{}

// Run indexes all posts, in transactions of its own while the site goes on.
func (Reindex) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		err := models.ReindexPosts(ctx, func(fn func(tx *gorm.DB) error) error { return s.DB.Tx(ctx, fn) })
		if err == nil {
			fmt.Println("All posts can be found again.")
		}
		return err
	})
}
