package ocelli

import (
	"sync"
	"time"
)

const (
	// Messages aim for this size.
	batchBytes = 256 * 1024
	// From here on whoever has an answer waits until the reader took some: a stalled reader stops the work.
	fullBytes = 4 * batchBytes
	// How long the first answer of a message waits for company.
	linger = 50 * time.Millisecond
)

// kinds of parts: those of one kind that follow one another leave as one message, unless they are alone.
const (
	together = iota
	alone
)

// outbox is answers on their way out, encoded, and grouped into messages.
type outbox struct {
	mu     sync.Mutex
	waits  []part
	bytes  []byte
	closed bool
	// Has a token when there is something to send, and another when it is a whole message or the end.
	some, whole chan struct{}
	// Closed when the reader took something; made where somebody waits for that.
	room chan struct{}
}

type part struct {
	kind int
	size int
}

func newOutbox() *outbox {
	return &outbox{some: make(chan struct{}, 1), whole: make(chan struct{}, 1)}
}

// put hands over at once what `write` appends. Whoever goes on to make more calls wait first.
func (o *outbox) put(kind int, write func(to []byte) []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	before := len(o.bytes)
	o.bytes = write(o.bytes)
	o.waits = append(o.waits, part{kind, len(o.bytes) - before})
	if len(o.waits) == 1 {
		wake(o.some)
	}
	if len(o.bytes) >= batchBytes {
		wake(o.whole)
	}
}

func (o *outbox) putBytes(kind int, bytes []byte) {
	o.put(kind, func(to []byte) []byte { return append(to, bytes...) })
}

// wait returns when there is room for more, or when one of the two is done.
func (o *outbox) wait(done, quit <-chan struct{}) {
	for {
		o.mu.Lock()
		if len(o.bytes) < fullBytes || o.closed {
			o.mu.Unlock()
			return
		}
		if o.room == nil {
			o.room = make(chan struct{})
		}
		room := o.room
		o.mu.Unlock()
		select {
		case <-room:
		case <-done:
			return
		case <-quit:
			return
		}
	}
}

// full says whether wait would wait.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.bytes) >= fullBytes && !o.closed
}

// close says that nothing more comes: what waits leaves at once.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.makeRoom()
	wake(o.some)
	wake(o.whole)
}

// take gives the next message: a single part that is alone, or at most batchBytes of the others (one part may be larger).
// False at the end, or when quit is closed.
func (o *outbox) take(quit <-chan struct{}) (message []byte, kind int, ok bool) {
	for {
		select {
		case <-o.some:
		case <-quit:
			return nil, 0, false
		}
		if !o.complete() {
			timer := time.NewTimer(linger)
			select {
			case <-o.whole:
			case <-timer.C:
			case <-quit:
			}
			timer.Stop()
		}
		if message, kind, end := o.cut(); message != nil || end {
			return message, kind, message != nil
		}
	}
}

func (o *outbox) complete() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed || len(o.bytes) >= batchBytes
}

func (o *outbox) cut() (message []byte, kind int, end bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waits) == 0 {
		return nil, 0, o.closed
	}
	kind = o.waits[0].kind
	count, size := 1, o.waits[0].size
	for kind == together && count < len(o.waits) && o.waits[count].kind == kind && size+o.waits[count].size <= batchBytes {
		size += o.waits[count].size
		count++
	}
	// What is sent is read until it left: it is never written again.
	message = o.bytes[:size:size]
	o.bytes, o.waits = o.bytes[size:], o.waits[count:]
	if len(o.waits) == 0 {
		o.bytes = nil
	}
	if len(o.waits) > 0 || o.closed {
		wake(o.some)
	}
	o.makeRoom()
	return message, kind, false
}

func (o *outbox) makeRoom() {
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
}

func wake(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}
