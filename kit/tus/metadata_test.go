package tus_test

import (
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"

	"superbook/kit/tus"
)

// hostile are headers that are no metadata.
func hostile() []string {
	return []string{",", "a YQ==,", ",a YQ==", "a  YQ==", "a YQ==,a YQ==", "a YQ==,a", "a Y", "a YQ", "a YQ=", "a YR==", "a %%%", "a YQ== b", "ä YQ==",
		"a\x00 YQ==", "a\tYQ==", "\x7f YQ==", "a Y-_=", "a YQ==;b YQ==", strings.Repeat("a", 4097), "a " + strings.Repeat("AAAA", 1024)}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]map[string]string{
		"":                                   {},
		"  ":                                 {},
		"filename d29ybGQ=":                  {"filename": "world"},
		"filename d29ybGQ=,is_confidential":  {"filename": "world", "is_confidential": ""},
		"filename d29ybGQ= , empty ":         {"filename": "world", "empty": ""},
		"a YQ==, A Yg==":                     {"a": "a", "A": "b"},
		"bytes AP8=":                         {"bytes": "\x00\xff"},
		"name 0LbQsNGAINC/0YLQuNGG0LAuanBn":  {"name": "жар птица.jpg"},
		"../../etc YQ==,__proto__ YQ==,a%20": {"../../etc": "a", "__proto__": "a", "a%20": ""},
	} {
		got, err := tus.ParseMetadata(header)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%q: %q, %v", header, got, err)
		}
	}
	for _, header := range hostile() {
		if got, err := tus.ParseMetadata(header); !errors.Is(err, tus.ErrMetadata) {
			t.Errorf("%.40q: %q, %v", header, got, err)
		}
	}
}

// What is read can be written again, and reads the same.
func FuzzMetadata(f *testing.F) {
	for _, header := range append(hostile(), "", "filename d29ybGQ=,b", "a YQ==, A Yg==") {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		values, err := tus.ParseMetadata(header)
		if err != nil {
			if !errors.Is(err, tus.ErrMetadata) || values != nil {
				t.Fatalf("%q: %v, %v", header, values, err)
			}
			return
		}
		var pairs []string
		for key, value := range values {
			if key == "" || strings.ContainsAny(key, " ,") {
				t.Fatalf("%q has the key %q", header, key)
			}
			pairs = append(pairs, key+" "+base64.StdEncoding.EncodeToString([]byte(value)))
		}
		again, err := tus.ParseMetadata(strings.Join(pairs, ","))
		if len(strings.Join(pairs, ",")) > 4<<10 { // an empty value may be written with a space more
			return
		}
		if err != nil || !maps.Equal(values, again) {
			t.Fatalf("%q reads %q, and again %q, %v", header, values, again, err)
		}
	})
}
