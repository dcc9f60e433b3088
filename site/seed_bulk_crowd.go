package site

import (
	"context"
	"math"
	"time"

	"gorm.io/gorm"

	"superbook/models"
)

// loud throws the number of a hero; a few come up often.
func (b *bulk) loud() int { return b.ranks[b.rank.Uint64()] }

// distinct throws n numbers of heroes that differ from each other and from not.
// When they are many, dice would take long to find who is left.
func (b *bulk) distinct(n, not int, throw func() int) (found []int) {
	if n*4 > len(b.heroes) {
		for _, i := range b.dice.Perm(len(b.heroes)) {
			if i != not && len(found) < n {
				found = append(found, i)
			}
		}
		return found
	}
	b.taker++
	if not >= 0 {
		b.taken[not] = b.taker
	}
	for len(found) < n {
		if i := throw(); b.taken[i] != b.taker {
			b.taken[i] = b.taker
			found = append(found, i)
		}
	}
	return found
}

// makeFollows has every hero follow some of those who are heard most.
func (b *bulk) makeFollows(ctx context.Context) error {
	out := sink[models.Follow]{b: b, what: "follows", total: len(b.heroes) * bulkFollows}
	step := bulkSpan / time.Duration(len(b.heroes))
	for i, u := range b.heroes {
		n := bulkFollows/2 + b.dice.IntN(bulkFollows+1)
		if i == 0 {
			n = loginFollow
		}
		at := b.now.Add(-step * time.Duration(len(b.heroes)-i)).Truncate(time.Microsecond)
		for _, other := range b.distinct(min(n, len(b.heroes)-1), i, b.loud) {
			if err := out.add(ctx, models.Follow{CreatedAt: at, FollowerID: u.ID, FolloweeID: b.heroes[other].ID}); err != nil {
				return err
			}
		}
	}
	out.total = out.done + len(out.rows) // the average was a guess
	return out.flush(ctx)
}

// makeLikes shares out the likes: more to newer posts, many to a few.
func (b *bulk) makeLikes(ctx context.Context) error {
	likes := b.shareOut(b.size.Likes)
	out := sink[models.Like]{b: b, what: "likes", total: b.size.Likes}
	// Some like more than others do.
	keen := func() int { return int(math.Pow(b.dice.Float64(), 1.5) * float64(len(b.heroes))) }
	for i, p := range b.posts {
		for _, who := range b.distinct(likes[i], -1, keen) {
			if err := out.add(ctx, models.Like{PostID: p.id, UserID: b.heroes[who].ID, CreatedAt: b.after(p.at)}); err != nil {
				return err
			}
		}
	}
	return out.flush(ctx)
}

// shareOut says how many likes each post has. What is too much for one post,
// which nobody likes twice, goes to the next.
func (b *bulk) shareOut(total int) []int {
	weights, sum := make([]float64, len(b.posts)), 0.0
	for i, p := range b.posts {
		if p.public {
			age := 1 - float64(i)/float64(len(b.posts))
			weights[i] = math.Exp(-4*age) / math.Pow(1-b.dice.Float64(), 0.6)
			sum += weights[i]
		}
	}
	likes, left, before := make([]int, len(b.posts)), 0, 0
	for i, upTo := 0, 0.0; i < len(likes); i++ {
		upTo += weights[i]
		share := total
		if upTo < sum {
			share = int(float64(total) * upTo / sum)
		}
		left, before = left+share-before, share
		if b.posts[i].public {
			likes[i] = min(left, len(b.heroes))
			left -= likes[i]
		}
	}
	for i := len(likes) - 1; i >= 0 && left > 0; i-- {
		if b.posts[i].public {
			more := min(left, len(b.heroes)-likes[i])
			likes[i], left = likes[i]+more, left-more
		}
	}
	return likes
}

// count sets the counters of what was made, a part at a time.
func (b *bulk) count(ctx context.Context) error {
	for from := 0; from < len(b.posts); from += bulkTx {
		to := min(from+bulkTx, len(b.posts))
		err := b.DB.Tx(ctx, func(tx *gorm.DB) error { return models.RecountPosts(ctx, tx, b.posts[from].id, b.posts[to-1].id) })
		if err != nil {
			return err
		}
		b.tell("posts counted", to, len(b.posts))
	}
	for from := 0; from < len(b.heroes); from += bulkBatch {
		to := min(from+bulkBatch, len(b.heroes))
		err := b.DB.Tx(ctx, func(tx *gorm.DB) error { return models.RecountProfiles(ctx, tx, b.heroes[from].ID, b.heroes[to-1].ID) })
		if err != nil {
			return err
		}
		b.tell("profiles counted", to, len(b.heroes))
	}
	return nil
}
