package site

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"superbook/models"
)

// words for names thrown by dice; 40 × 40 names, told apart by numbers in
// their usernames.
var (
	firstWords = []string{"Amber", "Brisk", "Cobalt", "Dapper", "Early", "Fable", "Gentle", "Hollow", "Idle", "Jolly", "Kelp",
		"Linen", "Mellow", "Nimble", "Oaken", "Paper", "Quiet", "Russet", "Salt", "Tidy", "Umber", "Velvet", "Wicker", "Yonder",
		"Zesty", "Ashen", "Bramble", "Candle", "Dusky", "Ember", "Flint", "Ginger", "Hazel", "Indigo", "Juniper", "Kindly", "Lunar", "Misty", "Noble", "Opal"}
	lastWords = []string{"Anchor", "Badger", "Cartwheel", "Drizzle", "Envelope", "Ferry", "Gable", "Harrow", "Inkwell", "Jigsaw",
		"Kettle", "Lantern", "Mitten", "Needle", "Otter", "Parasol", "Quarry", "Rudder", "Sparrow", "Thimble", "Umbrella", "Vesper",
		"Whistle", "Yarrow", "Zephyr", "Almanac", "Bellows", "Compass", "Dovetail", "Easel", "Fiddle", "Gazette", "Hatstand", "Isthmus",
		"Jetty", "Keystone", "Ladder", "Marmot", "Nutmeg", "Oriole"}
	bulkPlaces = 50
	bulkPowers = 60
)

// BulkLogin is the one hero of dice who can log in, with DemoPassword, and who
// follows 200 others: for measuring what a member sees.
const BulkLogin = "dice.reader"

const (
	bulkBatch   = 1000 // rows of one insert: SQLite takes 32,766 values
	bulkTx      = 10_000
	bulkSpan    = 60 * 24 * time.Hour // how far back the oldest post is
	bulkFollows = 50                  // how many others a hero follows, on average
	loginFollow = 200
)

// Bulk is how much SeedBulk makes.
type Bulk struct {
	Heroes, Posts, Likes int
}

// bulk is what SeedBulk knows of what it has made.
type bulk struct {
	*Site
	size     Bulk
	progress io.Writer
	now      time.Time
	dice     *rand.Rand
	heroes   []models.User
	ranks    []int      // the numbers of heroes in s.heroes, in the order of how much they are heard
	rank     *rand.Zipf // throws a place in ranks
	posts    []bulkPost
	taken    []int // for distinct: by whom each place was taken last
	taker    int
}

// SeedBulk makes heroes of dice, without photos, and what they say: always the
// same for the same size and an empty database, but for the dates, which end
// now. Nobody is notified of it. More likes than fit are left out.
func (s *Site) SeedBulk(ctx context.Context, size Bulk, progress io.Writer) error {
	b := &bulk{Site: s, size: size, progress: progress, now: time.Now().UTC().Truncate(time.Second), dice: rand.New(rand.NewPCG(3, 4))}
	if err := b.makeHeroes(ctx); err != nil || size.Posts == 0 || size.Heroes < 2 {
		return err
	}
	b.taken = make([]int, size.Heroes)
	b.ranks = b.dice.Perm(size.Heroes)
	b.rank = rand.NewZipf(b.dice, 1.1, 50, uint64(size.Heroes-1))
	for _, step := range []func(context.Context) error{b.makeFollows, b.makePosts, b.makeComments, b.makeLikes, b.count} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (b *bulk) makeHeroes(ctx context.Context) error {
	hash, err := b.Views.Hasher.Hash(ctx, DemoPassword)
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for made := 0; made < b.size.Heroes; made += bulkBatch {
		size := min(bulkBatch, b.size.Heroes-made)
		err := b.DB.Tx(ctx, func(tx *gorm.DB) error {
			for i := range size {
				u, err := bulkHero(ctx, tx, dice, made+i, hash)
				if err != nil {
					return fmt.Errorf("bulk hero %d: %w", made+i, err)
				}
				b.heroes = append(b.heroes, u)
			}
			return nil
		})
		if err != nil {
			return err
		}
		b.tell("heroes", made+size, b.size.Heroes)
	}
	return nil
}

// bulkHero makes one hero; the first is the login.
func bulkHero(ctx context.Context, tx *gorm.DB, dice *rand.Rand, i int, hash string) (models.User, error) {
	name := firstWords[dice.IntN(len(firstWords))] + " " + lastWords[dice.IntN(len(lastWords))]
	powers := make([]string, 3)
	for j := range powers {
		powers[j] = fmt.Sprintf("Power %d", 1+int(float64(bulkPowers)*dice.Float64()*dice.Float64()))
	}
	u := models.User{Username: fmt.Sprintf("%s.%d", models.Slug(name), i), Email: "bulk@superbook.example"}
	if i == 0 {
		u.Username, u.PasswordHash = BulkLogin, hash
	}
	return models.CreateUser(ctx, tx, u, models.Profile{Kind: models.Hero, Name: name,
		Origin: fmt.Sprintf("Place %d", 1+dice.IntN(bulkPlaces)), Powers: powers, Bio: "Thrown by dice."})
}

// tell shows how far it is.
func (b *bulk) tell(what string, done, of int) {
	end := ""
	if done >= of {
		end = "\n"
	}
	fmt.Fprintf(b.progress, "\r%s: %d of %d%s", what, done, of, end)
}
