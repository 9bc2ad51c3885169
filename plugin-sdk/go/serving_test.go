package ocelli_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
	"ocelli.dev/plugin-sdk/go/internal/harness"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// served serves a plugin on a port of this machine and configures plugin "p" at revision "1".
func served[S any](t *testing.T, plugin ocelli.Plugin[S], settings string) *grpc.ClientConn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plugin.Name, plugin.Version, plugin.Description = "m", "1.2.3", "Does things."
	stop, err := harness.Serve(plugin, listener, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = connection.Close()
		stop()
	})
	configure(t, connection, "1", settings)
	return connection
}

func configure(t *testing.T, connection *grpc.ClientConn, revision, settings string) {
	t.Helper()
	answer, err := pluginv1.NewPluginClient(connection).Configure(t.Context(), &pluginv1.ConfigureRequest{Plugin: "p", Revision: revision, SettingsJson: settings})
	if err != nil || len(answer.GetDiagnostics()) > 0 {
		t.Fatal(err, answer.GetDiagnostics())
	}
}

func itemsOf(count int, deadline time.Duration) *pluginv1.PollRequest {
	request := &pluginv1.PollRequest{}
	for n := range count {
		request.Items = append(request.Items, &pluginv1.Item{
			Item: uint32(n), Run: &pluginv1.Run{Plugin: "p", Revision: "1", DeadlineMs: uint32(deadline.Milliseconds())},
			Resource: &resourcev1.Resource{Id: fmt.Sprintf("r%d", n)},
		})
	}
	return request
}

func pollAll(ctx context.Context, connection *grpc.ClientConn, request *pluginv1.PollRequest) (parts []*pluginv1.PollResponse, err error) {
	stream, err := pluginv1.NewPollingClient(connection).Poll(ctx, request)
	for err == nil {
		var part *pluginv1.PollResponse
		if part, err = stream.Recv(); err == nil {
			parts = append(parts, part)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return parts, err
}

func answersOf(parts []*pluginv1.PollResponse) map[uint32][]*pluginv1.PollAnswer {
	answers := map[uint32][]*pluginv1.PollAnswer{}
	for _, part := range parts {
		for _, one := range part.GetAnswers() {
			answers[one.GetItem()] = append(answers[one.GetItem()], one)
		}
	}
	return answers
}
