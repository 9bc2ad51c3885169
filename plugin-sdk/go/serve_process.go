package ocelli

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"net"
	"os"
	"time"

	registryv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/registry/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// How long running work may take once the module has to go.
const graceToStop = 10 * time.Second

func (p *process) child() error {
	line, gone, err := readBootstrap(os.Stdin, bootstrapTimeout)
	if err != nil || p.stop.Err() != nil {
		return err
	}
	go func() {
		<-gone
		p.asked(errors.New("the host is gone"))
	}()
	return p.serveOn("unix:"+line.Socket, line.Token, line.Limits, identity{line.LaunchID, rand.Text()}, func(string) func() { return func() {} })
}

func (p *process) standAlone(mode startMode) error {
	p.redact.add(mode.joinToken)
	host, _ := os.Hostname()
	who := identity{mode.instanceID, rand.Text()}
	if who.instanceID == "" {
		who.instanceID = host + "/" + mode.listen
	}
	connection, err := grpc.NewClient(mode.registry, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy(), grpc.WithDisableRetry(),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 10 * time.Second, PermitWithoutStream: true}))
	if err != nil {
		return invalidf("OCELLI_REGISTRY=%s is no address: write host:port", mode.registry)
	}
	defer func() { _ = connection.Close() }()
	return p.serveOn(mode.listen, "", limits{}, who, func(endpoint string) (wait func()) {
		if mode.advertise != "" {
			endpoint = mode.advertise
		} else if at, port, err := net.SplitHostPort(endpoint); err == nil && (at == "" || at == "0.0.0.0" || at == "::") {
			endpoint = net.JoinHostPort(host, port)
		}
		self := &registryv1.RegisterRequest{Name: p.module.name, Version: p.module.version, Endpoint: endpoint, InstanceId: who.instanceID, BootId: who.bootID}
		done := make(chan struct{})
		go func() {
			defer close(done)
			(&registration{
				registry: registryv1.NewModuleRegistryClient(connection), target: mode.registry, self: self, token: mode.joinToken, log: p.log,
				chance: mathrand.Float64, sleep: sleep,
			}).stay(p.stop)
		}()
		return func() { <-done }
	})
}

// sleep waits that long, or until the context is done.
func sleep(ctx context.Context, span time.Duration) {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// serveOn serves until the module has to stop. `beside` begins what runs beside that, and gives what waits for its end.
func (p *process) serveOn(address, token string, allowed limits, who identity, beside func(endpoint string) (wait func())) error {
	listener, endpoint, err := listen(address)
	if err != nil {
		return err
	}
	serving := serveModule(p.module, moduleOptions{listener: listener, token: token, limits: allowed, identity: who, log: p.log, redact: p.redact})
	p.log.Info("module serves", "module", p.module.name, "version", p.module.version, "endpoint", endpoint)
	wait := beside(endpoint)
	<-p.stop.Done()
	// Both begin with the stop: no new work is sent here while what runs is finished.
	serving.stop(graceToStop, context.Cause(p.stop).Error())
	wait()
	p.log.Info("module stopped")
	return nil
}
