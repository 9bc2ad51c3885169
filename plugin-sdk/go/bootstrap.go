package ocelli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
)

// limits are what a host allows; 0 means: no wish.
type limits struct {
	MessageBytes  int `json:"messageBytes"`
	ItemsPerCall  int `json:"itemsPerCall"`
	CallsInFlight int `json:"callsInFlight"`
}

// bootstrapLine is the one line of JSON that a host writes to the stdin of a module it started.
type bootstrapLine struct {
	ProtocolMajors []int  `json:"protocolMajors"`
	Socket         string `json:"socket"`
	Token          string `json:"token"`
	LaunchID       string `json:"launchId"`
	Limits         limits `json:"limits"`
}

const (
	// No bootstrap line is longer; what is longer was not written by a host.
	lineMaxBytes = 64 * 1024
	// How long a host may take to write it.
	bootstrapTimeout = 30 * time.Second
)

// errNoLine is a stdin that ends before there is a line.
var errNoLine = errors.New("stdin ended without a bootstrap line")

// readBootstrap reads the line; ended is closed when stdin ends or breaks, which means that the host is gone.
func readBootstrap(stdin io.Reader, timeout time.Duration) (line bootstrapLine, ended <-chan struct{}, err error) {
	type reading struct {
		line bootstrapLine
		err  error
	}
	first := make(chan reading, 1)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		reader := bufio.NewReaderSize(stdin, lineMaxBytes)
		text, err := reader.ReadSlice('\n')
		line, err := parseBootstrap(string(text), err)
		first <- reading{line, err}
		_, _ = io.Copy(io.Discard, reader) // Whatever else comes is read and ignored, so that the end is seen.
	}()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case read := <-first:
		return read.line, gone, read.err
	case <-timer.C:
		return line, gone, errors.New("no bootstrap line came on stdin within " + timeout.String())
	}
}

// parseBootstrap reads such a line. Unknown keys are ignored, so that a newer host can say more. An error names what is wrong
// without quoting it, for it may be the token.
func parseBootstrap(text string, readErr error) (line bootstrapLine, err error) {
	if errors.Is(readErr, io.EOF) && strings.TrimSpace(text) == "" {
		return line, errNoLine
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	if !strings.HasPrefix(strings.TrimSpace(text), "{") || decoder.Decode(&line) != nil {
		return line, invalidf("the bootstrap line is no JSON object, or not like one of a host")
	}
	if len(line.ProtocolMajors) == 0 {
		return line, invalidf("protocolMajors of the bootstrap line is no list of whole numbers")
	}
	for _, one := range []struct{ key, value string }{{"socket", line.Socket}, {"token", line.Token}, {"launchId", line.LaunchID}} {
		if one.value == "" {
			return line, invalidf("%s of the bootstrap line is no text, or empty", one.key)
		}
	}
	return line, nil
}
