// Package ocellitest runs a plugin in a test: no process, no port, no mesh. What the plugin sees and what comes back is what a
// mesh would show and get.
package ocellitest

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"sync"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	"ocelli.dev/plugin-sdk/go/internal/harness"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// Run is what a run in a test is told; everything can be left out.
type Run struct {
	// Settings are sections of keys, as they stand in the plugin file, secrets as plain text.
	Settings Settings
	// State is what the last run left: anything that encoding/json writes.
	State any
	// Enrichments are facts by namespace about the resource itself.
	Enrichments map[string]any
	// Deadline is 5 s where it is 0.
	Deadline  time.Duration
	SlotAt    time.Time
	Frequency time.Duration
	// Context cancels the run, as a host may.
	Context context.Context
}

// Settings are sections of keys.
type Settings map[string]map[string]any

// Outcome is how a run in a test ended.
type Outcome struct {
	// Fault is nil where the run succeeded.
	Fault *ocelli.PollFault
	// State is what the run left, as JSON; nil where it left the state alone.
	State json.RawMessage
	// Log are the log lines of the plugin so far, parsed.
	Log []map[string]any
	// Extended is what it asked for with Progress.
	Extended []time.Duration
}

// Messages are the messages of the log lines.
func (o Outcome) Messages() []string {
	messages := make([]string, len(o.Log))
	for i, line := range o.Log {
		messages[i], _ = line["msg"].(string)
	}
	return messages
}

// Plugin is a plugin that runs in a test.
type Plugin struct {
	t          testing.TB
	connection *grpc.ClientConn
	log        *lines
	configured string
	revision   int
}

// Start serves a plugin until the test is over. The test fails where the plugin cannot be served.
func Start[S any](t testing.TB, plugin ocelli.Plugin[S]) *Plugin {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	log := &lines{}
	stop, err := harness.Serve(plugin, listener, log)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := grpc.NewClient("passthrough:///test", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = connection.Close()
		stop()
	})
	return &Plugin{t: t, connection: connection, log: log}
}

// Diagnose says what is wrong with settings, as the mesh would be told.
func (p *Plugin) Diagnose(settings Settings) []ocelli.Diagnostic {
	p.t.Helper()
	request := &pluginv1.ValidateConfigRequest{Plugin: "test", SettingsJson: p.json(settings)}
	answer, err := pluginv1.NewPluginClient(p.connection).ValidateConfig(p.t.Context(), request)
	if err != nil {
		p.t.Fatal(err)
	}
	return diagnostics(answer.GetDiagnostics())
}

func diagnostics(wire []*pluginv1.Diagnostic) []ocelli.Diagnostic {
	var found []ocelli.Diagnostic
	for _, one := range wire {
		found = append(found, ocelli.Diagnostic{
			Warning: one.GetSeverity() == pluginv1.Severity_SEVERITY_WARNING,
			Path:    one.GetPath(), Summary: one.GetSummary(), Detail: one.GetDetail(),
		})
	}
	return found
}

// json writes a value, an empty object for nothing.
func (p *Plugin) json(value any) string {
	p.t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		p.t.Fatal(err)
	}
	if string(text) == "null" {
		return "{}"
	}
	return string(text)
}

// lines keeps what is logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) parsed() (parsed []map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range bytes.Split(l.text.Bytes(), []byte("\n")) {
		var fields map[string]any
		if json.Unmarshal(line, &fields) == nil {
			parsed = append(parsed, fields)
		}
	}
	return parsed
}
