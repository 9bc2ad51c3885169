package ocelli_test

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	registryv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/registry/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// registry notes what a stand-alone module says to it.
type registry struct {
	registryv1.UnimplementedModuleRegistryServer
	events *events
	self   chan *registryv1.RegisterRequest
	forget chan bool
}

func (r *registry) Register(ctx context.Context, request *registryv1.RegisterRequest) (*registryv1.RegisterResponse, error) {
	join := metadata.ValueFromIncomingContext(ctx, "ocelli-join-token")
	r.events.add(fmt.Sprintf("register %s with %v", request.GetName(), join))
	r.self <- request
	return &registryv1.RegisterResponse{LeaseMs: 15_000, HeartbeatEveryMs: 100}, nil
}

func (r *registry) Heartbeat(stream grpc.BidiStreamingServer[registryv1.HeartbeatRequest, registryv1.HeartbeatResponse]) error {
	for {
		if _, err := stream.Recv(); err != nil {
			return err
		}
		forgotten := false
		select {
		case forgotten = <-r.forget:
		default:
		}
		if err := stream.Send(&registryv1.HeartbeatResponse{Unknown: forgotten}); err != nil {
			return err
		}
	}
}

func (r *registry) Deregister(_ context.Context, request *registryv1.DeregisterRequest) (*registryv1.DeregisterResponse, error) {
	r.events.add("deregister " + request.GetName())
	return &registryv1.DeregisterResponse{}, nil
}

func TestAStandAloneModuleRegistersAgainWhenItIsForgottenAndTakesItselfAway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fake := &registry{events: newEvents(), self: make(chan *registryv1.RegisterRequest, 10), forget: make(chan bool)}
	server := grpc.NewServer()
	registryv1.RegisterModuleRegistryServer(server, fake)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	command := module(t, "OCELLI_MODULE_LISTEN=127.0.0.1:0", "OCELLI_REGISTRY="+listener.Addr().String(), "OCELLI_JOIN_TOKEN=join-me")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = command.Process.Kill() }()
	self := <-fake.self
	connection, err := grpc.NewClient(self.GetEndpoint(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	answer, err := pluginv1.NewPluginClient(connection).Handshake(t.Context(), &pluginv1.HandshakeRequest{ProtocolMajors: []uint32{1}})
	if err != nil || answer.GetName() != "odd" || answer.GetBootId() != self.GetBootId() {
		t.Errorf("%v, %v", answer, err)
	}
	fake.forget <- true
	<-fake.self
	_ = command.Process.Signal(syscall.SIGTERM)
	if err := command.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	fake.events.wait(t, "register odd with [join-me]", "register odd with [join-me]", "deregister odd")
}
