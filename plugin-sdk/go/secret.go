package ocelli

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "***"

// Secret is a setting that must not be seen: it prints as *** wherever it is printed, logged or turned into JSON.
type Secret struct {
	// Behind a pointer, so that not even a struct around it, printed with its unexported fields, shows the text.
	text *string
}

// NewSecret hides a text, for tests.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal is the text itself, for the one place that needs it. Empty where the setting was left out.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsSet says whether there is one.
func (s Secret) IsSet() bool { return s.Reveal() != "" }

func (s Secret) String() string { return hidden }

// Format prints *** whatever the verb.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// MarshalText writes ***, as JSON too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue is what slog writes.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
