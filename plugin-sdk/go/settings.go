package ocelli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// Diagnostic is one thing that is wrong with settings, or worth a look.
type Diagnostic struct {
	// Warning is true where the settings can be used all the same.
	Warning bool
	// Path is a JSON pointer into the settings, such as "/snmp/timeout_s".
	Path    string
	Summary string
	// Detail says what to do about it.
	Detail string
}

// placeholder stands for a secret while settings are only looked at.
const placeholder = "***"

// parseSettings gives the settings as the schema reads them, or everything that is wrong with them. With secretsHidden a value
// of *** is never wrong; `whole` says whether there were none in the place of something else.
func (m *module) parseSettings(input any, secretsHidden bool) (settings any, found []Diagnostic, whole bool) {
	value := reflect.New(m.schema.goType).Elem()
	reader := &settingsReader{hidden: secretsHidden}
	reader.read(m.schema, input, value, nil)
	return value.Interface(), reader.found, !reader.skipped
}

// diagnose parses settings and asks the author what the types cannot say.
func (m *module) diagnose(input any, secretsHidden bool, by func(func() error) error) (settings any, found []Diagnostic) {
	settings, found, whole := m.parseSettings(input, secretsHidden)
	if len(found) > 0 || !whole || m.validate == nil {
		return settings, found
	}
	err := by(func() error {
		found = m.validate(settings)
		return nil
	})
	if err != nil {
		found = []Diagnostic{{Summary: fmt.Sprintf("the module could not look at its settings: %v", err)}}
	}
	return settings, found
}

func hasErrors(found []Diagnostic) bool {
	for _, one := range found {
		if !one.Warning {
			return true
		}
	}
	return false
}

// parseJSON keeps numbers as they are written.
func parseJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind its end")
	}
	return value, nil
}

// mergeSecrets gives settings with their secrets put back in.
func mergeSecrets(text string, secrets map[string]string) (map[string]any, error) {
	value, err := parseJSON([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("settings are no JSON: %w", err)
	}
	settings, isObject := value.(map[string]any)
	if !isObject {
		return nil, fmt.Errorf("settings are a JSON object, not %s", jsonKind([]byte(text)))
	}
	for pointer, secret := range secrets {
		if err := setAt(settings, pointer, secret); err != nil {
			return nil, err
		}
	}
	return settings, nil
}
