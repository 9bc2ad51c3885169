package ocelli

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTheSchemaSaysWhatTheTagsSay(t *testing.T) {
	type settings struct {
		Lab struct {
			APIKey   Secret        `doc:"from the vendor"`
			Wait     time.Duration `default:"5s"`
			Ports    []uint8       `default:"1,2" max:"9"`
			Mode     int           `default:"1" enum:"1,2"`
			HTTPPort *int
		}
	}
	made, problems := schemaOf(reflect.TypeFor[settings]())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := `{"$schema":"https://json-schema.org/draft/2020-12/schema","additionalProperties":false,"properties":{"lab":{"additionalProperties":false,` +
		`"properties":{` +
		`"api_key":{"description":"from the vendor","minLength":1,"type":"string","x-order":1,"x-secret":true},` +
		`"http_port":{"type":"integer","x-order":5},` +
		`"mode":{"default":1,"enum":[1,2],"type":"integer","x-order":4},` +
		`"ports":{"default":[1,2],"items":{"maximum":255,"minimum":0,"type":"integer"},"maxItems":9,"type":"array","x-order":3},` +
		`"wait":{"default":"5s","pattern":"^[+-]?(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+$|^0$","type":"string","x-order":2}},` +
		`"required":["api_key"],"type":"object","x-order":1}},"required":["lab"],"type":"object"}`
	if got := made.settingsSchemaJSON(); got != want {
		t.Errorf("it is\n%s\nnot\n%s", got, want)
	}
}

func TestAPluginSaysEverythingItLacksAtOnce(t *testing.T) {
	type endless struct{ Again []endless }
	rows := []struct {
		why  string
		make func() (*module, error)
		want string
	}{
		{"an empty one", Plugin[struct{}]{Version: "one", Concurrency: -1}.module,
			`plugin module without a name: Name is empty; Version "one" is not like 1.2.3; it has none of Discover, Enrich, Poll and OpenSink; Concurrency -1 is less than 1`},
		{"two polls", Plugin[struct{}]{Name: "p", Version: "1.0.0",
			Poll:       func(context.Context, Resource, *Run[struct{}]) ([]Group, error) { return nil, nil },
			PollStream: func(context.Context, Resource, *Run[struct{}], func(Group)) error { return nil },
		}.module, "plugin module p: it has both Poll and PollStream: leave one out"},
		{"settings that are no struct", Plugin[int]{Name: "p", Version: "1.0.0", OpenSink: func(context.Context, *SinkRun[int]) (Sink, error) { return nil, nil }}.module,
			"plugin module p: its settings are int: use a struct of sections, struct{} for none"},
		{"settings of all kinds of mistakes", Plugin[struct {
			Port int
			Lab  struct {
				Done  chan int
				Limit int    `min:"one"`
				Name  string `pattern:"("`
				Again endless
			}
		}]{Name: "p", Version: "1.0.0"}.module, "field Port of its settings is no section"},
		{"a default of another kind", Plugin[struct {
			Lab struct {
				Port int8 `default:"500"`
			}
		}]{Name: "p", Version: "1.0.0"}.module, "field Lab.Port of its settings has a default of which its own tags say: port must be at most 127, not 500"},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			_, err := row.make()
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("it says %v, not %s", err, row.want)
			}
		})
	}
	_, err := rows[3].make()
	for _, says := range []string{"Lab.Done of its settings is chan int, which no setting can be", `Lab.Limit of its settings has min:"one", which is no number`, "Lab.Name of its settings has a pattern that is none", "is nested without end"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %s", err, says)
		}
	}
}

func TestSecretsArePutBackIn(t *testing.T) {
	rows := []struct{ why, text, pointer, want string }{
		{"into a section that is there", `{"snmp":{"port":1}}`, "/snmp/community", `{"snmp":{"community":"s","port":1}}`},
		{"into a section that is not", `{}`, "/snmp/community", `{"snmp":{"community":"s"}}`},
		{"into a list", `{"lab":{"keys":["a",null]}}`, "/lab/keys/1", `{"lab":{"keys":["a","s"]}}`},
		{"under a key with a slash", `{}`, "/a~1b/c~0d", `{"a/b":{"c~d":"s"}}`},
		{"not inside a number", `{"snmp":1}`, "/snmp/x", "/snmp/x leads through a plain value"},
		{"not beyond a list", `{"lab":[]}`, "/lab/0", "/lab/0 is beyond the end of a list"},
		{"not at a pointer that is none", `{}`, "snmp", `not a place in settings: "snmp"`},
		{"not into a list of settings", `[]`, "/0", "settings are a JSON object, not a list"},
		{"not into what is no JSON", `{`, "/0", "settings are no JSON: unexpected EOF"},
	}
	for _, row := range rows {
		merged, err := mergeSecrets(row.text, map[string]string{row.pointer: "s"})
		got, _ := json.Marshal(merged)
		if err != nil {
			got = []byte(err.Error())
		}
		if string(got) != row.want {
			t.Errorf("%s: %s, not %s", row.why, got, row.want)
		}
	}
}
