package web

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// tryAcquire acquires and returns how long that took, and what to release.
func tryAcquire(l *Limiter, key string) (func(), time.Duration, error) {
	began := time.Now()
	release, err := l.Acquire(context.Background(), key)
	return release, time.Since(began), err
}

func TestLimiterQueuesThenRefuses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Rate: 2, Burst: 3, Wait: 500 * time.Millisecond})
		for i := range 3 {
			if _, waited, err := tryAcquire(l, "a"); err != nil || waited != 0 {
				t.Fatalf("request %d of the burst: waited %v, %v", i, waited, err)
			}
		}
		if _, waited, err := tryAcquire(l, "a"); err != nil || waited != 500*time.Millisecond {
			t.Fatalf("next: waited %v, %v; want to wait half a second", waited, err)
		}
		// Two at once: one waits for the next token, the other would wait too long.
		done := make(chan error)
		go func() { _, _, err := tryAcquire(l, "a"); done <- err }()
		synctest.Wait()
		_, waited, err := tryAcquire(l, "a")
		limit, ok := errors.AsType[*LimitError](err)
		if !ok || waited != 0 || limit.Seconds() != 1 {
			t.Fatalf("too many: waited %v, %v; want to be refused at once for 1 s", waited, err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if _, waited, err := tryAcquire(l, "b"); err != nil || waited != 0 {
			t.Fatalf("another key: waited %v, %v", waited, err)
		}
	})
}

func TestLimiterCapsConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Concurrent: 2, SlotWait: 10 * time.Second})
		var running, most atomic.Int32
		for range 10 {
			go func() {
				release, _, err := tryAcquire(l, "a")
				if err != nil {
					t.Error(err)
					return
				}
				defer release()
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(time.Second)
				running.Add(-1)
			}()
		}
		synctest.Wait()
		if release, waited, err := tryAcquire(l, "b"); err != nil || waited != 0 {
			t.Errorf("another key: waited %v, %v", waited, err)
		} else {
			release()
		}
		time.Sleep(time.Minute)
		if got := most.Load(); got != 2 {
			t.Errorf("%d ran at once, want 2", got)
		}
	})
}

func TestLimiterRefusesAfterSlotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Concurrent: 1, SlotWait: 10 * time.Second})
		release, _, _ := tryAcquire(l, "a")
		_, waited, err := tryAcquire(l, "a")
		if _, ok := errors.AsType[*LimitError](err); !ok || waited != 10*time.Second {
			t.Errorf("waited %v, %v", waited, err)
		}
		release()
		if _, waited, err := tryAcquire(l, "a"); err != nil || waited != 0 {
			t.Errorf("after release: waited %v, %v", waited, err)
		}
	})
}

func TestLimiterForgetsIdleKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(DefaultLimits())
		releaseA, _, _ := tryAcquire(l, "a")
		releaseB, _, _ := tryAcquire(l, "b")
		releaseB()
		time.Sleep(2 * idle)
		releaseC, _, _ := tryAcquire(l, "c")
		releaseC()
		if l.lanes["a"] == nil || l.lanes["b"] != nil {
			t.Errorf("lanes %v: a is in use, b is not", l.lanes)
		}
		releaseA()
	})
}

func TestLimiterOff(t *testing.T) {
	t.Parallel()
	l := NewLimiter(Limits{})
	for range 1000 {
		if _, err := l.Acquire(context.Background(), "a"); err != nil {
			t.Fatal(err)
		}
	}
}
