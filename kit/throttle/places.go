package throttle

import "sync"

// Places bounds how many may do something at the same time, in one process.
type Places struct{ taken chan struct{} }

// NewPlaces has room for so many. Values below one are taken as one.
func NewPlaces(most int) *Places { return &Places{make(chan struct{}, max(most, 1))} }

// Take takes a place until leave is called, once or more often. When all are
// taken, ok is false and leave nil: nobody waits.
func (p *Places) Take() (leave func(), ok bool) {
	select {
	case p.taken <- struct{}{}:
		return sync.OnceFunc(func() { <-p.taken }), true
	default:
		return nil, false
	}
}
