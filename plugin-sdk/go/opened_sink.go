package ocelli

import (
	"context"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// openedSink is an instance's sink: opened with its first use and after the one before was closed, and closed with the last
// call that uses it, for it may be somebody else's then, in another process.
type openedSink struct {
	module   *module
	instance *instance
	// Closed when the last one is closed, for good.
	closed chan struct{}

	mu      sync.Mutex
	opening *opening
	// Closed when everything that was opened before is closed; nil where nothing was.
	before <-chan struct{}
	gone   bool
}

type opening struct {
	ready chan struct{}
	// Valid once it is ready.
	sink Sink
	err  error
}

func newOpenedSink(m *module, of *instance, before <-chan struct{}) *openedSink {
	return &openedSink{module: m, instance: of, closed: make(chan struct{}), before: before}
}

// get opens the sink where it is not open.
func (o *openedSink) get(ctx context.Context) (Sink, error) {
	if o.module.openSink == nil {
		return nil, status.Errorf(codes.Unimplemented, "%s is no sink", o.module.name)
	}
	o.mu.Lock()
	this := o.opening
	if this == nil {
		this = &opening{ready: make(chan struct{})}
		o.opening = this
		go o.open(this, o.before)
	}
	o.mu.Unlock()
	select {
	case <-this.ready:
		return this.sink, this.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (o *openedSink) open(this *opening, before <-chan struct{}) {
	defer close(this.ready)
	if before != nil {
		<-before
	}
	this.err = o.module.work("sink open", o.instance.plugin, o.module.declaredSink).run(func() (err error) {
		this.sink, err = o.module.openSink(o.instance.superseded, o.instance)
		if err == nil && this.sink == nil {
			err = misusef("it returned neither a sink nor an error")
		}
		return err
	}, o.instance.log)
	if this.err == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opening == this {
		o.opening = nil // What could not be opened now may be opened later.
	}
}

// idle closes the sink, and does not wait for that; the next use opens another.
func (o *openedSink) idle() {
	o.mu.Lock()
	defer o.mu.Unlock()
	this, before := o.opening, o.before
	o.opening = nil
	if this == nil {
		return
	}
	done := make(chan struct{})
	o.before = done
	go func() {
		defer close(done)
		if before != nil {
			<-before
		}
		<-this.ready
		if this.err == nil {
			o.shut(this.sink)
		}
	}()
}

// close closes it for good.
func (o *openedSink) close() {
	o.idle()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone {
		return
	}
	o.gone = true
	before := o.before
	go func() {
		defer close(o.closed)
		if before != nil {
			<-before
		}
	}()
}

func (o *openedSink) shut(sink Sink) {
	if err := o.module.work("sink close", o.instance.plugin, nil).run(sink.Close, o.instance.log); err != nil {
		o.instance.log.Error("sink could not be closed", "err", err)
	}
}
