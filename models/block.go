package models

import (
	"context"
	"fmt"
	"math"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
	"superbook/kit/problem"
)

// Block says that two members do not see each other. There is a row for either
// side; Mine tells who wanted it.
type Block struct {
	UserID    int64 `gorm:"primaryKey;autoIncrement:false"`
	OtherID   int64 `gorm:"primaryKey;autoIncrement:false"`
	CreatedAt time.Time
	Mine      bool
}

// unblocked is the condition that the viewer (one argument) and the member in
// the column see each other. A stranger is the viewer 0, whom nobody can block.
func unblocked(column string) string {
	return "NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.user_id = ? AND blocks.other_id = " + column + ")"
}

// CreateBlock makes two members invisible to each other, and ends that they
// follow one another. Doing it twice changes nothing.
func CreateBlock(ctx context.Context, tx *gorm.DB, user, other int64) error {
	if user == other {
		return problem.NotFound("You cannot block yourself. Some days one would like to.")
	}
	if err := lockPair(ctx, tx, user, other); err != nil {
		return err
	}
	keep := clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "other_id"}}}
	mine, theirs := keep, keep
	mine.DoUpdates, theirs.DoNothing = clause.AssignmentColumns([]string{"mine"}), true
	if err := db.Rows[Block](tx, mine).Create(ctx, &Block{user, other, now(), true}); err != nil {
		return fmt.Errorf("block: %w", err)
	}
	if err := db.Rows[Block](tx, theirs).Create(ctx, &Block{other, user, now(), false}); err != nil {
		return fmt.Errorf("block: %w", err)
	}
	if err := readDirect(ctx, tx, user, other); err != nil {
		return err
	}
	for _, pair := range [][2]int64{{user, other}, {other, user}} {
		if _, err := DeleteFollow(ctx, tx, pair[0], pair[1]); err != nil {
			return err
		}
		// Somebody else may have told of what the other one posted.
		_, err := db.Rows[Notification](tx).Where("user_id = ? AND (actor_id = ? OR post_id IN (SELECT id FROM posts WHERE user_id = ?))",
			pair[0], pair[1], pair[1]).Delete(ctx)
		if err != nil {
			return fmt.Errorf("forget notifications: %w", err)
		}
	}
	return nil
}

// DeleteBlock takes a member's own block back. If the other one blocks too, the
// two still do not see each other.
func DeleteBlock(ctx context.Context, tx *gorm.DB, user, other int64) error {
	if err := lockPair(ctx, tx, user, other); err != nil {
		return err
	}
	_, err := db.Rows[Block](tx).Where("user_id = ? AND other_id = ?", user, other).Update(ctx, "mine", false)
	if err == nil {
		err = tx.WithContext(ctx).Exec("DELETE FROM blocks WHERE (user_id = ? AND other_id = ? OR user_id = ? AND other_id = ?)"+
			" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.mine AND (b.user_id = ? AND b.other_id = ? OR b.user_id = ? AND b.other_id = ?))",
			user, other, other, user, user, other, other, user).Error
	}
	if err != nil {
		return fmt.Errorf("unblock: %w", err)
	}
	return nil
}

// Blocked says whether two members do not see each other.
func Blocked(ctx context.Context, conn *gorm.DB, user, other int64) (bool, error) {
	n, err := db.Rows[Block](conn).Where("user_id = ? AND other_id = ?", user, other).Count(ctx, "*")
	return n > 0, err
}

// Hidden gives the numbers of the members whom this one does not see, in order.
func Hidden(ctx context.Context, conn *gorm.DB, user int64) ([]int64, error) {
	rows, err := db.Rows[Block](conn).Select("other_id").Where("user_id = ?", user).Order("other_id").Find(ctx)
	ids := make([]int64, len(rows))
	for i, b := range rows {
		ids[i] = b.OtherID
	}
	return ids, err
}

// BlockedCard is a member in the list of those whom one blocks.
type BlockedCard struct {
	CreatedAt time.Time
	Face      `gorm:"embedded"`
}

// TableName tells gorm that a BlockedCard is read from joined tables.
func (BlockedCard) TableName() string { return "blocks" }

// BlockedBy gives the members whom this one blocks, by falling number from the
// one before a number on (0 for the first), at most n. Who only blocks them is
// not among these: they must not know.
func BlockedBy(ctx context.Context, conn *gorm.DB, user, before int64, n int) ([]BlockedCard, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return db.Rows[BlockedCard](conn).Table("blocks"+faceTables("blocks.other_id")).Select("blocks.created_at, "+faceColumns("")).
		Where("blocks.user_id = ? AND blocks.other_id < ? AND blocks.mine", user, before).
		Order("blocks.other_id DESC").Limit(n).Find(ctx)
}
