package ocelli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
)

type oddSettings struct {
	Odd struct {
		Password ocelli.Secret `default:""`
	}
}

// TestMain is a module too, where a test starts this program as one.
func TestMain(m *testing.M) {
	if os.Getenv("OCELLI_TEST_MODULE") == "" {
		os.Exit(m.Run())
	}
	ocelli.Serve(ocelli.Plugin[oddSettings]{
		Name: "odd", Version: "0.1.0", Description: "Does what modules should not do.",
		Poll: func(ctx context.Context, resource ocelli.Resource, run *ocelli.Run[oddSettings]) ([]ocelli.Group, error) {
			password := run.Settings.Odd.Password
			switch resource.ID {
			case "works":
				run.Log.Info("working")
				time.Sleep(300 * time.Millisecond)
			case "prints":
				fmt.Println("a stray print")
			case "leaks":
				run.Log.Info("it is "+password.Reveal(), "time", "noon", "plugin", "q", "password", password, "err", errors.New(password.Reveal()))
				return nil, errors.New("no entry with " + password.Reveal())
			case "hangs":
				run.Log.Info("hanging")
				select {}
			}
			return []ocelli.Group{one("g")}, nil
		},
	})
}

const token = "a-token-of-this-launch"

// child is a module that was started by its host.
type child struct {
	*exec.Cmd
	stdin      interface{ Close() error }
	connection *grpc.ClientConn
	socket     string
	lines      chan string
	seen       []string
}

func module(t *testing.T, env ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), append(env, "OCELLI_TEST_MODULE=1")...)
	return command
}

func start(t *testing.T) *child {
	t.Helper()
	dir, err := os.MkdirTemp("", "ocelli-go-")
	if err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: module(t), socket: filepath.Join(dir, "s"), lines: make(chan string, 1000)}
	stdin, _ := c.StdinPipe()
	stderr, _ := c.StderrPipe()
	c.stdin = stdin
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.lines)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			c.lines <- scanner.Text()
		}
	}()
	line, _ := json.Marshal(map[string]any{"protocolMajors": []int{1, 2}, "socket": c.socket, "token": token, "launchId": "launch-1", "limits": map[string]int{"messageBytes": 1 << 20}, "later": true})
	_, _ = stdin.Write(append(line, '\n'))
	c.connection, err = grpc.NewClient("unix:"+c.socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.connection.Close()
		_ = c.Process.Kill()
		_ = os.RemoveAll(dir)
	})
	c.logged(t, "module serves")
	return c
}

func (c *child) logged(t *testing.T, text string) string {
	t.Helper()
	for line := range c.lines {
		c.seen = append(c.seen, line)
		if strings.Contains(line, text) {
			return line
		}
	}
	t.Fatalf("it never said %q, only\n%s", text, strings.Join(c.seen, "\n"))
	return ""
}

func withToken(t *testing.T) context.Context {
	return metadata.AppendToOutgoingContext(t.Context(), "ocelli-token", token)
}

func (c *child) configure(t *testing.T, secrets map[string]string) {
	t.Helper()
	request := &pluginv1.ConfigureRequest{Plugin: "p", Revision: "1", SettingsJson: "{}", Secrets: secrets}
	if answer, err := pluginv1.NewPluginClient(c.connection).Configure(withToken(t), request); err != nil || len(answer.GetDiagnostics()) > 0 {
		t.Fatal(err, answer.GetDiagnostics())
	}
}

func (c *child) poll(t *testing.T, id string) (*pluginv1.PollAnswer, error) {
	request := itemsOf(1, 5*time.Second)
	request.Items[0].Resource.Id = id
	parts, err := pollAll(withToken(t), c.connection, request)
	if err != nil {
		return nil, err
	}
	return answersOf(parts)[0][0], nil
}

func TestAChildSaysWhoItIsAndLetsOnlyItsHostIn(t *testing.T) {
	c := start(t)
	client := pluginv1.NewPluginClient(c.connection)
	answer, err := client.Handshake(withToken(t), &pluginv1.HandshakeRequest{ProtocolMajors: []uint32{1}, Capabilities: []string{"unheard-of"}})
	if err != nil || answer.GetProtocolMajor() != 1 || answer.GetName() != "odd" || answer.GetInstanceId() != "launch-1" || answer.GetLanguage() != "go" || answer.GetLimits().GetMessageBytes() != 1<<20 {
		t.Errorf("%v, %v", answer, err)
	}
	answer, err = client.Handshake(withToken(t), &pluginv1.HandshakeRequest{ProtocolMajors: []uint32{2, 3}})
	if err != nil || answer.GetProtocolMajor() != 0 || !slices.Equal(answer.GetProtocolMajors(), []uint32{1}) {
		t.Errorf("a newer host is told %v, %v", answer, err)
	}
	c.logged(t, "the host speaks other versions of the protocol")
	health := healthv1.NewHealthClient(c.connection)
	for _, ctx := range []context.Context{t.Context(), metadata.AppendToOutgoingContext(t.Context(), "ocelli-token", "guess")} {
		if _, err := client.Handshake(ctx, &pluginv1.HandshakeRequest{}); status.Code(err) != codes.Unauthenticated {
			t.Errorf("a stranger got %v", err)
		}
		if _, err := health.Check(ctx, &healthv1.HealthCheckRequest{}); status.Code(err) != codes.Unauthenticated {
			t.Errorf("a stranger got %v of the health check", err)
		}
	}
	if answer, err := health.Check(withToken(t), &healthv1.HealthCheckRequest{Service: "ocelli.plugin.v1.Polling"}); err != nil || answer.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("health is %v, %v", answer, err)
	}
	stream, err := reflectionv1.NewServerReflectionClient(c.connection).ServerReflectionInfo(withToken(t))
	if err != nil {
		t.Fatal(err)
	}
	_ = stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}})
	if answer, err := stream.Recv(); err != nil || !strings.Contains(answer.String(), "ocelli.plugin.v1.Plugin") {
		t.Errorf("reflection shows %v, %v", answer, err)
	}
}

func TestAChildFinishesWhatRunsWhenStdinEnds(t *testing.T) {
	c := start(t)
	c.configure(t, nil)
	answers := make(chan *pluginv1.PollAnswer)
	go func() {
		answer, err := c.poll(t, "works")
		if err != nil {
			t.Error(err)
		}
		answers <- answer
	}()
	c.logged(t, "working")
	_ = c.stdin.Close()
	c.logged(t, "the host is gone")
	if answer := <-answers; len(answer.GetGroups()) != 1 {
		t.Errorf("what ran got %v", answer)
	}
	c.logged(t, "module stopped")
	if err := c.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := os.Stat(c.socket); !os.IsNotExist(err) {
		t.Errorf("the socket is left behind: %v", err)
	}
}

func TestAStrayPrintDoesNoHarmAndSecretsAreNowhere(t *testing.T) {
	c := start(t)
	c.configure(t, map[string]string{"/odd/password": `hunter"<22`})
	if answer, err := c.poll(t, "prints"); err != nil || len(answer.GetGroups()) != 1 {
		t.Errorf("a print harms: %v, %v", answer, err)
	}
	answer, err := c.poll(t, "leaks")
	if err != nil || !strings.HasSuffix(answer.GetFault().GetMessage(), ": no entry with ***") {
		t.Errorf("%v, %v", answer, err)
	}
	line := c.logged(t, "it is")
	for _, part := range []string{`"level":"info"`, `"msg":"it is ***"`, `"plugin":"p"`, `"resource":"leaks"`, `"time_":"noon"`, `"plugin_":"q"`, `"password":"***"`, `"message":"***"`} {
		if !strings.Contains(line, part) {
			t.Errorf("%s lacks %s", line, part)
		}
	}
	c.logged(t, "run failed")
	if all := strings.Join(c.seen, "\n"); strings.Contains(all, "hunter") || strings.Contains(all, token) {
		t.Errorf("a secret is in\n%s", all)
	}
}

func TestAModuleThatHangsEndsAllTheSame(t *testing.T) {
	c := start(t)
	c.configure(t, nil)
	go func() { _, _ = c.poll(t, "hangs") }()
	c.logged(t, "hanging")
	if _, err := pluginv1.NewPluginClient(c.connection).Drain(withToken(t), &pluginv1.DrainRequest{GraceMs: 20}); err != nil {
		t.Error(err)
	}
	_ = c.stdin.Close()
	if err := c.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestAStartThatCannotBeSaysWhy(t *testing.T) {
	rows := []struct {
		why, stdin string
		env        []string
		says       string
	}{
		{"by hand", "", nil, "ocelli poll once --help"},
		{"something else than the line", "hello\n", nil, "the bootstrap line is no JSON object"},
		{"an endless line", strings.Repeat("x", 70_000), nil, "the bootstrap line is no JSON object"},
		{"a line without a token", `{"protocolMajors":[1],"socket":"/s","launchId":"l"}`, nil, "token of the bootstrap line is no text, or empty"},
		{"half of a service", "", []string{"OCELLI_MODULE_LISTEN=127.0.0.1:0"}, "OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not"},
		{"an address without a port", "", []string{"OCELLI_MODULE_LISTEN=localhost", "OCELLI_REGISTRY=x:1"}, `\"localhost\" is no address: write host:port or unix:/path`},
		{"a path that is too long", fmt.Sprintf(`{"protocolMajors":[1],"socket":"/%s","token":"t","launchId":"l"}`, strings.Repeat("x", 100)), nil, "is 101 bytes long; at most 100 fit everywhere"},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			command := module(t, row.env...)
			command.Stdin = strings.NewReader(row.stdin)
			output, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(output), row.says) {
				t.Errorf("%v:\n%s", err, output)
			}
		})
	}
}
