package geo

import (
	_ "embed"
	"strings"
	"sync"
)

// Country is a country or territory, or the sea that belongs to none.
type Country struct {
	Code string // ISO 3166-1 alpha-2, or XZ of UN/LOCODE for international waters
	Name string // in English
}

// The names are those of the tz database (iso3166.tab, public domain), in the
// order in which people look for them.
//
//go:embed countries.txt
var countries string

// atlas is the list and its index, read once.
var atlas = sync.OnceValues(func() (list []Country, names map[string]string) {
	names = map[string]string{}
	for line := range strings.Lines(countries) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		list = append(list, Country{code, name})
		names[code] = name
	}
	return list, names
})

// Countries lists all of them by name. The list is shared: do not change it.
func Countries() []Country {
	list, _ := atlas()
	return list
}

// CountryName is the name of the country with this code, or "" when there is none.
func CountryName(code string) string {
	_, names := atlas()
	return names[code]
}
