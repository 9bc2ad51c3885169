package ocelli

import (
	"context"
	"log/slog"
	"net"
	"time"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
)

const (
	defaultMessageBytes = 4 * 1024 * 1024
	// How long the last answers may take to leave after everything is done.
	lastWords = time.Second
	// How long sinks may take to close.
	lastClose = 5 * time.Second
)

// moduleOptions are how a module serves.
type moduleOptions struct {
	listener net.Listener
	// What every call must carry; empty lets everybody in.
	token    string
	limits   limits
	identity identity
	log      *slog.Logger
	redact   *redactor
}

// running is a module that serves.
type running struct {
	server    *grpc.Server
	instances *instances
	drain     func(grace time.Duration, reason string)
}

// serveModule serves a module's services, with health and reflection.
func serveModule(m *module, options moduleOptions) *running {
	messageBytes := options.limits.MessageBytes
	if messageBytes <= 0 || messageBytes > defaultMessageBytes {
		messageBytes = defaultMessageBytes
	}
	shared := &parts{
		module: m, instances: newInstances(m, options.log), gate: newGate(), log: options.log, redact: options.redact,
		messageBytes: messageBytes,
	}
	state := health.NewServer()
	drain := func(grace time.Duration, reason string) {
		shared.gate.drain(grace, func(inFlight int) {
			options.log.Info("draining", "reason", reason, "inFlight", inFlight)
			state.Shutdown()
		})
	}
	server := grpc.NewServer(
		grpc.ForceServerCodecV2(newCodec()),
		grpc.MaxRecvMsgSize(messageBytes), grpc.MaxSendMsgSize(messageBytes),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 10 * time.Second, Timeout: 10 * time.Second}),
		// The host pings every 10 s, also while it has nothing to ask.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(unaryCheck(options.token, options.log, options.redact)),
		grpc.StreamInterceptor(streamCheck(options.token, options.log, options.redact)),
	)
	wire := &pluginv1.Limits{
		MessageBytes: uint32(messageBytes), ItemsPerCall: uint32(options.limits.ItemsPerCall), CallsInFlight: uint32(options.limits.CallsInFlight),
	}
	pluginv1.RegisterPluginServer(server, newPluginServer(shared, options.identity, wire, drain))
	register(server, shared)
	for name := range server.GetServiceInfo() {
		state.SetServingStatus(name, healthv1.HealthCheckResponse_SERVING)
	}
	healthv1.RegisterHealthServer(server, state)
	reflection.Register(server)
	go func() { _ = server.Serve(options.listener) }() // Ends when the server stops.
	return &running{server: server, instances: shared.instances, drain: drain}
}

func register(server *grpc.Server, shared *parts) {
	if shared.module.discover != nil {
		pluginv1.RegisterDiscoveryServer(server, &discoveryServer{parts: shared})
	}
	if shared.module.enrich != nil {
		server.RegisterService(enrichmentService(), &enrichmentServer{shared})
	}
	if shared.module.poll != nil {
		server.RegisterService(pollingService(), &pollingServer{shared})
	}
	if shared.module.openSink != nil {
		pluginv1.RegisterSinkServer(server, &sinkServer{parts: shared})
	}
}

// stop finishes what runs, for at most the grace, closes sinks and stops listening.
func (r *running) stop(grace time.Duration, reason string) {
	r.drain(grace, reason)
	stopped := make(chan struct{})
	go func() {
		r.server.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-time.After(lastWords):
		go r.server.Stop() // Waits for handlers, and one of them may wait for the author's code.
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastClose)
	defer cancel()
	r.instances.close(ctx)
}
