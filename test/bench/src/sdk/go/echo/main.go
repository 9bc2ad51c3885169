// What a module costs that is nothing but grpc-go and generated messages: no SDK, no check, no deadline.
package main

import (
	"io"
	"net"
	"os"
	"strings"

	"google.golang.org/grpc"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
)

type echo struct {
	pluginv1.UnimplementedPollingServer
}

func (echo) Poll(request *pluginv1.PollRequest, stream grpc.ServerStreamingServer[pluginv1.PollResponse]) error {
	answers := make([]*pluginv1.PollAnswer, 0, len(request.GetItems()))
	for _, item := range request.GetItems() {
		answers = append(answers, &pluginv1.PollAnswer{
			Item: item.GetItem(),
			Groups: []*resourcev1.MetricGroup{{
				Name:       "bench",
				Dimensions: []*resourcev1.Dimension{{Name: "no", Value: "0"}},
				Metrics: []*resourcev1.Metric{
					{
						Name:  "runs_total",
						Type:  resourcev1.MetricType_METRIC_TYPE_COUNTER,
						Value: &resourcev1.Metric_IntValue{IntValue: 1},
					},
					{
						Name:  "value",
						Type:  resourcev1.MetricType_METRIC_TYPE_GAUGE,
						Value: &resourcev1.Metric_DoubleValue{DoubleValue: 1.5},
					},
				},
			}},
		})
	}
	return stream.Send(&pluginv1.PollResponse{Answers: answers})
}

func main() {
	network, address := "tcp", os.Args[1]
	if path, isUnix := strings.CutPrefix(address, "unix:"); isUnix {
		network, address = "unix", path
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer()
	pluginv1.RegisterPollingServer(server, echo{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	if err := server.Serve(listener); err != nil {
		panic(err)
	}
}
