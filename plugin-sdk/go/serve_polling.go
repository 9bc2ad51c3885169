package ocelli

import (
	"errors"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc"
)

// What a message needs besides its one part.
const envelopeBytes = 1024

type pollingServer struct{ *parts }

// pollingService is the service with a handler of ours, which reads the request by hand.
func pollingService() *grpc.ServiceDesc {
	service := pluginv1.Polling_ServiceDesc
	service.HandlerType = (*any)(nil)
	service.Streams = []grpc.StreamDesc{{StreamName: "Poll", ServerStreams: true, Handler: func(server any, stream grpc.ServerStream) error {
		p := server.(*pollingServer)
		return p.serveItems(stream, work{service: "poll", declared: p.module.declaredPoll}, p.pollItem)
	}}}
	return &service
}

func (p *pollingServer) pollItem(one *item, encoder *groupEncoder) error {
	encoder.reset()
	groups, err := p.module.poll(&one.attempt, one.subject, func(group *Group) { p.yieldGroup(one, encoder, group) })
	if err != nil && !one.partly(err, len(groups)) {
		return err
	}
	return p.emitGroups(one, encoder, groups)
}

// yieldGroup takes a group of PollStream.
func (p *pollingServer) yieldGroup(one *item, encoder *groupEncoder, group *Group) {
	var wrong error
	one.emit(func() {
		if one.brought++; one.brought > mostGroups {
			wrong = misusef("it yielded more than %d metric groups: does it never end?", mostGroups)
			return
		}
		encoder.list, wrong = p.encode(encoder.list[:0], encoder, group)
		if wrong == nil {
			one.addGroups(encoder.list)
		}
	})
	if wrong != nil {
		one.fail(placed(wrong))
	}
}

// emitGroups takes the list that Poll returned. It is looked at as a whole before any of it is sent, so that no half answer
// looks whole.
func (p *pollingServer) emitGroups(one *item, encoder *groupEncoder, groups []Group) error {
	list, ends := encoder.list[:0], encoder.ends[:0]
	var err error
	for n := range groups {
		if list, err = p.encode(list, encoder, &groups[n]); err != nil {
			return err
		}
		ends = append(ends, len(list))
	}
	encoder.list, encoder.ends = list, ends
	for from, n := 0, 0; n < len(ends); n++ {
		if n < len(ends)-1 && ends[n+1]-from <= batchBytes {
			continue
		}
		part := list[from:ends[n]]
		one.emit(func() {
			if from == 0 && n == len(ends)-1 {
				one.content = part // Everything there is; the encoder is used again only when it has been sent.
			} else {
				one.addGroups(part)
			}
		})
		from = ends[n]
	}
	return nil
}

func (p *pollingServer) encode(to []byte, encoder *groupEncoder, group *Group) ([]byte, error) {
	before := len(to)
	to, err := encoder.append(to, group)
	if size := len(to) - before; err == nil && size+envelopeBytes > p.messageBytes {
		err = misusef("group %s is %d bytes; a message holds at most %d: split it by dimensions", group.Name, size, p.messageBytes)
	}
	return to, err
}

// addGroups adds encoded groups to the answer, and sends what was there before where both are too much for one message.
func (i *item) addGroups(encoded []byte) {
	if len(i.content) > 0 && len(i.content)+len(encoded) > batchBytes {
		i.batch.out.put(together, func(to []byte) []byte { return appendAnswer(to, i.number, i.content, nil, outcome{}, true) })
		i.content = i.content[:0]
	}
	i.content = append(i.content, encoded...)
}

// partly says whether an error stands beside an answer, and adds it there.
func (i *item) partly(err error, found int) bool {
	var fault *PollFault
	if found == 0 || !errors.As(err, &fault) || fault == nil || fault.Status != Partial {
		return false
	}
	known, _ := toFault(err)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = append(i.faults, known)
	return true
}

// placed adds the line of the author's code that led here, where the error does not know a better one.
func placed(err error) error {
	var wrong *misuse
	if errors.As(err, &wrong) && wrong.at == nil {
		wrong.at = callerPlace()
	}
	return err
}
