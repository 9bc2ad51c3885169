package ocelli

import "time"

// watch sets the timer to the next deadline. To be called with mu.
func (b *batch) watch() {
	var next time.Time
	for n := range b.items {
		one := &b.items[n]
		if one.abandoned {
			continue
		}
		if deadline, limited := one.Deadline(); limited && one.Err() == nil && (next.IsZero() || deadline.Before(next)) {
			next = deadline
		}
	}
	switch {
	case next.IsZero() && b.timer == nil:
		b.timer = time.AfterFunc(time.Hour, b.tick)
		b.timer.Stop()
	case next.IsZero():
	case b.timer == nil:
		b.timer = time.AfterFunc(time.Until(next), b.tick)
	default:
		b.timer.Reset(time.Until(next))
	}
}

// tick answers for the items whose deadline has passed, and sets the timer to the next one.
func (b *batch) tick() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == 0 {
		return
	}
	now := time.Now()
	for n := range b.items {
		one := &b.items[n]
		if one.unusable != nil {
			continue
		}
		if deadline, limited := one.Deadline(); !limited || now.Before(deadline) {
			continue
		}
		end, first := one.late()
		if !first {
			continue
		}
		b.answer(one, end)
		one.abandoned = true
		if one.started {
			b.workers-- // Whoever runs it is not waited for; another one takes its place.
		}
		b.answered()
	}
	if b.open > 0 {
		b.watch()
		b.spawn()
	}
}

// cancel ends what runs: nobody waits for answers.
func (b *batch) cancel(cause error) { b.once.Do(func() { b.cancelNow(cause) }) }

func (b *batch) cancelNow(cause error) {
	close(b.quit)
	for n := range b.items {
		one := &b.items[n]
		if one.unusable == nil {
			one.abandon(cause)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next = len(b.items)
	if b.timer != nil {
		b.timer.Stop()
	}
}
