package ocelli

import (
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

type enrichmentServer struct{ *parts }

// enrichmentService is the service with a handler of ours, which reads the request by hand.
func enrichmentService() *grpc.ServiceDesc {
	service := pluginv1.Enrichment_ServiceDesc
	service.HandlerType = (*any)(nil)
	service.Streams = []grpc.StreamDesc{{StreamName: "Enrich", ServerStreams: true, Handler: func(server any, stream grpc.ServerStream) error {
		p := server.(*enrichmentServer)
		return p.serveItems(stream, work{service: "enrich", declared: p.module.declaredEnrich}, p.enrichItem)
	}}}
	return &service
}

func (p *enrichmentServer) enrichItem(one *item, _ *groupEncoder) error {
	found, err := p.module.enrich(&one.attempt, one.subject)
	if err != nil && !one.partly(err, len(found)) {
		return err
	}
	sets, err := enrichmentsToWire(found)
	if err != nil {
		return err
	}
	var content []byte
	for _, set := range sets {
		encoded, err := proto.Marshal(set)
		if err != nil {
			return err
		}
		content = protowire.AppendBytes(protowire.AppendTag(content, 2, protowire.BytesType), encoded)
	}
	if len(content)+envelopeBytes+stateMaxBytes > p.messageBytes {
		return misusef("the facts are %d bytes; a message holds at most %d", len(content), p.messageBytes)
	}
	one.emit(func() { one.content = content })
	return nil
}
