package web

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what one connection may ask of the server at a time, so that a
// busy one starves no other.
type Limits struct {
	Rate  float64 // requests a second in the long run; 0 for no limit
	Burst int     // requests at once beyond that
	// Wait is how long a request may wait for its turn before it is refused:
	// for some clients a refusal is costly, a short delay is nothing.
	Wait time.Duration
	// Concurrent is how many requests run at once; 0 for no limit. The others
	// wait at most SlotWait.
	Concurrent int
	SlotWait   time.Duration
}

// DefaultLimits are well above what any identity provider is known to send.
func DefaultLimits() Limits {
	return Limits{Rate: 100, Burst: 400, Wait: 500 * time.Millisecond, Concurrent: 64, SlotWait: 10 * time.Second}
}

// LimitError refuses a request that came too early.
type LimitError struct{ RetryAfter time.Duration }

func (e *LimitError) Error() string {
	return fmt.Sprintf("too many requests, retry after %d s", e.Seconds())
}

// Seconds is the value of the Retry-After header: whole seconds, at least one.
func (e *LimitError) Seconds() int { return max(1, int(math.Ceil(e.RetryAfter.Seconds()))) }

// Limiter applies Limits to each of many keys. It is safe for concurrent use.
type Limiter struct {
	limits Limits
	mu     sync.Mutex
	lanes  map[string]*lane
	swept  time.Time
}

// lane is the state of one key.
type lane struct {
	rate  *rate.Limiter // nil for no limit
	slots chan struct{} // nil for no limit
	users int           // requests that hold or await a place
	used  time.Time
}

// NewLimiter returns a Limiter.
func NewLimiter(limits Limits) *Limiter {
	return &Limiter{limits: limits, lanes: map[string]*lane{}}
}

// Acquire waits until a request of key may run, or fails with *LimitError, or
// with the context's error. The caller calls release when the request is done.
func (l *Limiter) Acquire(ctx context.Context, key string) (release func(), err error) {
	if l == nil || l.limits.Rate <= 0 && l.limits.Concurrent <= 0 {
		return func() {}, nil
	}
	lane := l.enter(key)
	if err := lane.awaitTurn(ctx, l.limits.Wait); err != nil {
		l.leave(lane)
		return nil, err
	}
	if err := lane.awaitSlot(ctx, l.limits.SlotWait); err != nil {
		l.leave(lane)
		return nil, err
	}
	return func() {
		if lane.slots != nil {
			<-lane.slots
		}
		l.leave(lane)
	}, nil
}

func (l *Limiter) enter(key string) *lane {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	found := l.lanes[key]
	if found == nil {
		found = &lane{}
		if l.limits.Rate > 0 {
			found.rate = rate.NewLimiter(rate.Limit(l.limits.Rate), max(1, l.limits.Burst))
		}
		if l.limits.Concurrent > 0 {
			found.slots = make(chan struct{}, l.limits.Concurrent)
		}
		l.lanes[key] = found
	}
	found.users++
	found.used = now
	return found
}

func (l *Limiter) leave(lane *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lane.users--
}

// idle is how long a key is kept that nobody uses: long enough for its burst to
// be full again, so that forgetting it changes nothing.
const idle = 10 * time.Minute

// sweep drops idle lanes, once in a while.
func (l *Limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < idle {
		return
	}
	l.swept = now
	for key, lane := range l.lanes {
		if lane.users == 0 && now.Sub(lane.used) >= idle {
			delete(l.lanes, key)
		}
	}
}

func (l *lane) awaitTurn(ctx context.Context, wait time.Duration) error {
	if l.rate == nil {
		return nil
	}
	turn := l.rate.Reserve()
	delay := turn.Delay()
	if delay == 0 {
		return nil
	}
	if delay > wait {
		turn.Cancel()
		return &LimitError{RetryAfter: delay}
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return ctx.Err()
	}
}

func (l *lane) awaitSlot(ctx context.Context, wait time.Duration) error {
	if l.slots == nil {
		return nil
	}
	select {
	case l.slots <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-timer.C:
		return &LimitError{RetryAfter: time.Second}
	case <-ctx.Done():
		return ctx.Err()
	}
}
