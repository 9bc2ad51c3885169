package ocelli

import (
	"fmt"
	"net"
	"os"
	"strings"
)

// Longer paths do not fit everywhere.
const socketPathMaxBytes = 100

// listen opens "unix:/path", where a stale socket is removed, or "host:port". The endpoint is what others dial.
func listen(address string) (listener net.Listener, endpoint string, err error) {
	path, isUnix := strings.CutPrefix(address, "unix:")
	if !isUnix {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return nil, "", invalidf("%q is no address: write host:port or unix:/path", address)
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return nil, "", fmt.Errorf("cannot listen on %s: %w", address, err)
		}
		host, _, _ := net.SplitHostPort(address)
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		return listener, net.JoinHostPort(host, port), nil
	}
	if len(path) > socketPathMaxBytes {
		return nil, "", invalidf("socket path %s is %d bytes long; at most %d fit everywhere: choose a shorter directory", path, len(path), socketPathMaxBytes)
	}
	if found, err := os.Lstat(path); err == nil {
		if found.Mode().Type() != os.ModeSocket {
			return nil, "", fmt.Errorf("%s exists and is no socket: it is left alone", path)
		}
		_ = os.Remove(path)
	}
	if listener, err = net.Listen("unix", path); err != nil {
		return nil, "", fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	return listener, address, nil
}

// invalidError is a start that nobody can repair but whoever wrote it: the process ends with 2.
type invalidError struct{ text string }

func (e *invalidError) Error() string { return e.text }

func invalidf(format string, args ...any) error { return &invalidError{fmt.Sprintf(format, args...)} }
