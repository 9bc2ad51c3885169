package ocelli

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// instance is one plugin with one revision of its settings. It lives until it is replaced and its last call has ended.
type instance struct {
	plugin   string
	revision string
	settings any
	sameAs   [32]byte
	log      *slog.Logger
	// Done when newer settings have come: what has no end of its own ends then.
	superseded context.Context
	retire     context.CancelCauseFunc
	sink       *openedSink

	// Guarded by instances.mu.
	calls   int
	retired bool
}

// instances are the plugins this module serves, each with the settings it was given last.
type instances struct {
	module *module
	log    *slog.Logger

	mu      sync.Mutex
	current map[string]*instance
	old     map[*instance]struct{}
}

func newInstances(m *module, log *slog.Logger) *instances {
	return &instances{module: m, log: log, current: map[string]*instance{}, old: map[*instance]struct{}{}}
}

// configure makes these the plugin's settings. sameAs tells whether anything changed: where not, nothing happens.
func (s *instances) configure(plugin, revision string, settings any, sameAs [32]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.current[plugin]
	if before != nil && before.revision == revision && before.sameAs == sameAs {
		return
	}
	next := &instance{plugin: plugin, revision: revision, settings: settings, sameAs: sameAs, log: ofPlugin(s.log, plugin)}
	next.superseded, next.retire = context.WithCancelCause(context.Background())
	if before == nil {
		next.sink = newOpenedSink(s.module, next, nil)
	} else {
		next.sink = newOpenedSink(s.module, next, before.sink.closed)
		s.retireNow(before)
	}
	s.current[plugin] = next
}

// take gives the instance a request names, kept until release. FAILED_PRECONDITION where there is none: the host then
// configures the plugin again.
func (s *instances) take(plugin, revision string) (*instance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := s.current[plugin]
	if current != nil && current.revision == revision {
		current.calls++
		return current, nil
	}
	for one := range s.old {
		if one.plugin == plugin && one.revision == revision {
			one.calls++
			return one, nil
		}
	}
	has := "it was never configured"
	if current != nil {
		has = "it has revision " + current.revision
	}
	return nil, status.Errorf(codes.FailedPrecondition, "plugin %s is not configured at revision %s: %s", plugin, revision, has)
}

func (s *instances) release(one *instance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.calls--
	if one.calls > 0 {
		return
	}
	if one.retired {
		s.dispose(one)
	} else {
		one.sink.idle()
	}
}

// close retires everything and waits until all sinks are closed, or until the context is done.
func (s *instances) close(ctx context.Context) {
	s.mu.Lock()
	var waiting []<-chan struct{}
	for plugin, one := range s.current {
		s.retireNow(one)
		delete(s.current, plugin)
		waiting = append(waiting, one.sink.closed)
	}
	for one := range s.old {
		s.dispose(one)
		waiting = append(waiting, one.sink.closed)
	}
	s.mu.Unlock()
	for _, closed := range waiting {
		select {
		case <-closed:
		case <-ctx.Done():
			return
		}
	}
}

func (s *instances) retireNow(one *instance) {
	one.retired = true
	s.old[one] = struct{}{}
	one.retire(fmt.Errorf("plugin %s got new settings", one.plugin))
	if one.calls == 0 {
		s.dispose(one)
	}
}

func (s *instances) dispose(one *instance) {
	delete(s.old, one)
	one.sink.close()
}
