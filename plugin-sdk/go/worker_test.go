package ocelli_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
)

func TestAWorkerSurvivesItsRoundsAndStopsInTheMiddleOfOne(t *testing.T) {
	rounds := 0
	failed := make(chan error, 2)
	inside := make(chan struct{})
	worker := ocelli.StartWorker(t.Context(), time.Millisecond, func(ctx context.Context) error {
		switch rounds++; rounds {
		case 1:
			panic("first")
		default:
			close(inside)
			<-ctx.Done()
			return context.Cause(ctx)
		}
	}, func(err error) { failed <- err })
	if err := <-failed; !strings.HasPrefix(err.Error(), "round of a worker (worker_test.go:") || !strings.HasSuffix(err.Error(), "panicked: first") {
		t.Errorf("it says %v", err)
	}
	<-inside
	worker.Stop()
	select {
	case err := <-failed:
		t.Errorf("a stop is no failure: %v", err)
	case <-worker.Done():
	}
}

func TestASecretPrintsNowhere(t *testing.T) {
	type around struct{ hidden ocelli.Secret }
	secret := ocelli.NewSecret("hunter22")
	var text strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&text, verb+verb+verb, secret, &secret, around{secret})
	}
	if said := text.String() + fmt.Sprint(errors.New("x"), secret); strings.Contains(said, "hunter") || strings.Contains(said, fmt.Sprintf("%x", "hunter22")) {
		t.Errorf("it prints as %s", said)
	}
	if secret.Reveal() != "hunter22" || !secret.IsSet() || (ocelli.Secret{}).IsSet() {
		t.Error("it is not there")
	}
}

func TestAPathIsAbsoluteOrSaysThatItHasToBe(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	for _, row := range []struct{ path, directory, want string }{
		{"/a/b", "", "/a/b"}, {"~", "", "/home/me"}, {"~/x", "/d", "/home/me/x"}, {"x/y", "/d", "/d/x/y"}, {"x", "", ""},
	} {
		got, err := ocelli.AbsolutePath(row.path, row.directory)
		if got != row.want || (err == nil) == (row.want == "") {
			t.Errorf("%q of %q is %q, %v", row.path, row.directory, got, err)
		}
	}
}
