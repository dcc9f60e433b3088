package chart

import (
	"math"
	"time"
)

// Ticks are round values that divide low to high into about n parts, the first
// at or below low and the last at or above high: 1, 2 or 5 times a power of ten
// apart. Where high is not above low it is as if it were one more.
func Ticks(low, high float64, n int) []float64 {
	if high-low < least {
		high = low + max(1, math.Abs(low))
	}
	step := (high - low) / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, times := range []float64{1, 2, 5, 10} {
		if step <= power*times*(1+1e-9) {
			step = power * times
			break
		}
	}
	first, last := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
	ticks := make([]float64, 0, n+2)
	for i := first; i <= last && len(ticks) < 2*n+2; i++ {
		ticks = append(ticks, i*step)
	}
	return ticks
}

// clocks are steps at which a clock strikes.
var clocks = []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// TimeTicks are at most n moments between from and to at which a clock strikes,
// as evenly as days allow; for spans of more than n days, whole days.
func TimeTicks(from, to time.Time, n int) (ticks []time.Time) {
	step := clocks[len(clocks)-1]
	for _, s := range clocks {
		if to.Sub(from) <= s*time.Duration(n) {
			step = s
			break
		}
	}
	for int64(to.Sub(from)/step) > int64(n) {
		step *= 2
	}
	for t := from.Truncate(step); !t.After(to) && len(ticks) < n; t = t.Add(step) {
		if !t.Before(from) {
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// scale turns values into places.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.high <= s.low {
		return s.from
	}
	return s.from + min(max((v-s.low)/(s.high-s.low), 0), 1)*(s.to-s.from)
}
