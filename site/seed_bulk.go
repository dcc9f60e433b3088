package site

import (
	"context"
	"fmt"
	"math/rand/v2"

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

const bulkBatch = 1000

// SeedBulk makes n heroes of dice, always the same ones for the same n and an
// empty database, without photos.
func (s *Site) SeedBulk(ctx context.Context, n int) error {
	dice := rand.New(rand.NewPCG(1, 2))
	for made := 0; made < n; made += bulkBatch {
		size := min(bulkBatch, n-made)
		err := s.DB.Tx(ctx, func(tx *gorm.DB) error {
			for i := range size {
				if err := bulkHero(ctx, tx, dice, made+i); err != nil {
					return fmt.Errorf("bulk hero %d: %w", made+i, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Printf("\r%d of %d", made+size, n)
	}
	fmt.Println()
	return nil
}

func bulkHero(ctx context.Context, tx *gorm.DB, dice *rand.Rand, i int) error {
	name := firstWords[dice.IntN(len(firstWords))] + " " + lastWords[dice.IntN(len(lastWords))]
	powers := make([]string, 3)
	for j := range powers {
		powers[j] = fmt.Sprintf("Power %d", 1+int(float64(bulkPowers)*dice.Float64()*dice.Float64()))
	}
	_, err := models.CreateUser(ctx, tx,
		models.User{Username: fmt.Sprintf("%s.%d", models.Slug(name), i), Email: "bulk@superbook.example"},
		models.Profile{Kind: models.Hero, Name: name, Origin: fmt.Sprintf("Place %d", 1+dice.IntN(bulkPlaces)), Powers: powers, Bio: "Thrown by dice."})
	return err
}
