package throttle

import "testing"

func TestPlaces(t *testing.T) {
	t.Parallel()
	p := NewPlaces(2)
	first, ok := p.Take()
	if _, second := p.Take(); !ok || !second {
		t.Fatal("there is no room for two")
	}
	if _, ok := p.Take(); ok {
		t.Fatal("a third has found a place")
	}
	first()
	first() // who leaves twice frees one place
	if _, ok := p.Take(); !ok {
		t.Fatal("a place that was left is not free")
	}
	if _, ok := p.Take(); ok {
		t.Fatal("leaving twice has made room for two")
	}
}
