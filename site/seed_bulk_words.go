package site

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bulkWords is the vocabulary of heroes of dice: what stands first is said most.
const bulkWords = `the a and to of in it was is on that we for my they with at have this all not but from out about again today up
harbour night fog roof tram soup cape gull bridge bakery quay lamp morning somebody nobody everybody still always never nearly
saw found heard caught lost left took brought kept held fixed mended carried borrowed followed waited watched flew ran stood sat
fell slept asked answered thought knew hoped wished tried began ended one two three four five six seven eight nine ten
rain wind storm snow frost sun moon star cloud wave tide river canal island hill valley forest garden hedge tree leaf
cat dog wren pigeon heron fox hen duck goose moth bee snail otter seal whale squid crab mouse horse goat
street square market tower chimney foundry library station school museum theatre hospital lighthouse boathouse warehouse cellar attic stairs window door
bread bun cake tea coffee milk butter cheese leek onion potato tomato apple pear plum lemon honey salt pepper cardamom
blue green red yellow purple grey black white silver copper golden pale dark bright quiet loud small large slow quick
warm cold wet dry clean old new young tired brave polite careful honest gentle stubborn curious cheerful sleepy patient modest
hat boot glove mask scarf coat belt button pocket umbrella ladder rope bucket broom trowel brick mortar nail hammer needle
thread cotton wool velvet paper ink pen letter stamp envelope note map compass clock bell whistle drum fiddle trumpet song
mayor baker postman sailor nurse driver teacher pupil painter printer tailor cook gardener keeper captain neighbour aunt uncle sister brother
villain burglar smuggler inventor giant ghost dragon robot octopus wizard meeting minutes agenda form permit receipt ticket change insurance bill
secret identity alibi shadow signal rescue landing sighting patrol mission mistake apology promise question opinion rumour reason excuse plan idea`

// talker throws words as people use them: a few all the time, most
// hardly ever (Zipf).
type talker struct {
	dice  *rand.Rand
	words []string
	next  *rand.Zipf
}

func newTalker(dice *rand.Rand) *talker {
	words := strings.Fields(bulkWords)
	return &talker{dice, words, rand.NewZipf(dice, 1.1, 6, uint64(len(words)-1))}
}

// say makes one to four sentences; called is a username to mention, or empty.
func (t *talker) say(called string) string {
	var b strings.Builder
	for range 1 + t.dice.IntN(4) {
		if b.Len() > 0 {
			b.WriteByte(" \n"[t.dice.IntN(10)/9])
		}
		for i := range 3 + t.dice.IntN(8) {
			w := t.words[t.next.Uint64()]
			if i > 0 {
				b.WriteByte(' ')
			} else {
				first, size := utf8.DecodeRuneInString(w)
				w = string(unicode.ToUpper(first)) + w[size:]
			}
			b.WriteString(w)
		}
		b.WriteByte('.')
	}
	if called != "" {
		b.WriteString(" @" + called)
	}
	return b.String()
}
