package ocelli

import (
	"encoding/json"
	"fmt"
)

const stateMaxBytes = 4 * 1024

// State is what a pair of plugin and resource remembers from run to run: any JSON of at most 4 KiB. It is stored with the run
// or not at all: a run that fails leaves what there was.
type State struct{ attempt *attempt }

// Get reads what the last successful run left, or what this one has set. False where there is nothing, or something that does
// not fit: another version of the plugin may have left anything.
func (s State) Get(into any) bool {
	s.attempt.mu.Lock()
	text := s.attempt.state
	s.attempt.mu.Unlock()
	return len(text) > 0 && json.Unmarshal(text, into) == nil
}

// Set keeps a value for the next run. What is no JSON or larger than 4 KiB is refused, and the run fails with that error unless
// a later Set succeeds, so that a forgotten error loses nothing in silence.
func (s State) Set(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		err = &misuse{at: callerPlace(), text: fmt.Sprintf("the state cannot be written as JSON: %v", err)}
	} else if len(text) > stateMaxBytes {
		err = &misuse{at: callerPlace(), text: fmt.Sprintf("the state is %d bytes of JSON; at most %d are kept", len(text), stateMaxBytes)}
	}
	s.attempt.mu.Lock()
	defer s.attempt.mu.Unlock()
	s.attempt.stateProblem = err
	if err == nil {
		s.attempt.state, s.attempt.stateSet = text, true
	}
	return err
}

// Clear forgets: the next run finds nothing.
func (s State) Clear() {
	s.attempt.mu.Lock()
	defer s.attempt.mu.Unlock()
	s.attempt.state, s.attempt.stateSet, s.attempt.stateProblem = nil, true, nil
}
