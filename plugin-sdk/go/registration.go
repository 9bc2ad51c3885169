package ocelli

import (
	"context"
	"errors"
	"log/slog"
	"time"

	registryv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/registry/v1"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	joinTokenKey = "ocelli-join-token"
	firstWait    = 500 * time.Millisecond
	longestWait  = 15 * time.Second
	// The registry dials back before it answers.
	registerTimeout   = 15 * time.Second
	deregisterTimeout = 2 * time.Second
)

// registration keeps a stand-alone module registered.
type registration struct {
	registry registryv1.ModuleRegistryClient
	// Where the registry is, for the log.
	target string
	self   *registryv1.RegisterRequest
	token  string
	log    *slog.Logger
	// From 0 on and below 1.
	chance func() float64
	// Waits that long, or until the context is done.
	sleep func(ctx context.Context, span time.Duration)
}

// stay keeps the module registered until the context is done, then takes it away. A registry that is away, restarts or has
// forgotten the module is tried again, each time after a longer wait with chance in it.
func (r *registration) stay(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		every, err := r.register(ctx)
		if err == nil {
			failures = 0
			err = r.beat(ctx, every)
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		wait := waitAfter(failures, r.chance())
		failures++
		r.log.Warn("not registered, trying again", "registry", r.target, "reason", status.Convert(err).Message(), "waitMs", wait.Milliseconds())
		r.sleep(ctx, wait)
	}
	r.deregister()
}

// waitAfter is how long to wait after one more failure than `before` in a row: each time up to twice as long, and as chance has
// it at least half of that, so that the modules of a registry that restarts do not come all at once.
func waitAfter(before int, chance float64) time.Duration {
	longest := min(longestWait, firstWait<<min(before, 10))
	return longest/2 + time.Duration(chance*float64(longest/2))
}

func (r *registration) register(ctx context.Context) (every time.Duration, err error) {
	limited, cancel := context.WithTimeout(r.with(ctx), registerTimeout)
	defer cancel()
	lease, err := r.registry.Register(limited, r.self)
	if err != nil {
		return 0, err
	}
	r.log.Info("registered", "registry", r.target, "leaseMs", lease.GetLeaseMs())
	return max(100*time.Millisecond, time.Duration(lease.GetHeartbeatEveryMs())*time.Millisecond), nil
}

// beat sends heartbeats. It returns nil when the registry does not know the module any more, an error when the stream breaks.
func (r *registration) beat(ctx context.Context, every time.Duration) error {
	inner, cancel := context.WithCancel(r.with(ctx))
	defer cancel()
	stream, err := r.registry.Heartbeat(inner)
	if err != nil {
		return err
	}
	go func() {
		for inner.Err() == nil {
			self := &registryv1.HeartbeatRequest{Name: r.self.GetName(), InstanceId: r.self.GetInstanceId(), BootId: r.self.GetBootId()}
			if stream.Send(self) != nil {
				return // The answers say why.
			}
			r.sleep(inner, every)
		}
	}()
	for {
		answer, err := stream.Recv()
		if err != nil {
			return errors.Join(errors.New("the registry ended the heartbeat"), err)
		}
		if answer.GetUnknown() {
			r.log.Warn("the registry has forgotten this module: registering again")
			return nil
		}
	}
}

func (r *registration) deregister() {
	limited, cancel := context.WithTimeout(r.with(context.Background()), deregisterTimeout)
	defer cancel()
	self := &registryv1.DeregisterRequest{Name: r.self.GetName(), InstanceId: r.self.GetInstanceId(), BootId: r.self.GetBootId()}
	if _, err := r.registry.Deregister(limited, self); err != nil {
		r.log.Warn("could not deregister: the lease will end by itself", "reason", status.Convert(err).Message())
		return
	}
	r.log.Info("deregistered")
}

// with carries the join token.
func (r *registration) with(ctx context.Context) context.Context {
	if r.token == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, joinTokenKey, r.token)
}
