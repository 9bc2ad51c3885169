package ocelli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	"ocelli.dev/plugin-sdk/go/ocellitest"
)

type target struct {
	Host   string `json:"host"`
	Weight *int   `json:"weight"`
}

type settings struct {
	SNMP struct {
		Community ocelli.Secret
		Port      uint16        `default:"161" min:"1" doc:"UDP port"`
		Version   string        `default:"2c" enum:"1,2c,3"`
		Wait      time.Duration `default:"1m30s"`
		Bulk      bool          `default:"true"`
		Ratio     float64       `default:"0.5" max:"1"`
		Via       netip.Addr    `default:"127.0.0.1"`
		Name      string        `optional:"true" pattern:"^[a-z]+$"`
	} `json:"snmp"`
	Targets struct {
		List  []target `default:""`
		Sites []string `default:"north, south" min:"1"`
	}
	Labels map[string]string `optional:"true"`
}

func settled(t *testing.T) *ocellitest.Plugin {
	return ocellitest.Start(t, ocelli.Plugin[settings]{
		Name: "p", Version: "1.0.0", Description: "d",
		Validate: func(s settings) []ocelli.Diagnostic {
			if s.SNMP.Name == "panic" {
				panic("cannot look")
			}
			if s.SNMP.Port == 162 {
				return []ocelli.Diagnostic{{Path: "/snmp/port", Summary: "162 is for traps", Warning: true}}
			}
			return nil
		},
		Poll: func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[settings]) ([]ocelli.Group, error) {
			text, err := json.Marshal(run.Settings)
			run.Log.Info(fmt.Sprintf("%+v", run.Settings), "community", run.Settings.SNMP.Community, "revealed", run.Settings.SNMP.Community.Reveal())
			return []ocelli.Group{{Name: string(text), Metrics: ocelli.Metrics{"a": ocelli.Gauge(1)}}}, err
		},
	})
}

func TestSettingsHaveTheirDefaultsAndHideTheirSecrets(t *testing.T) {
	got := settled(t).Poll(device, ocellitest.Run{Settings: ocellitest.Settings{"snmp": {"community": "public"}, "labels": {"a": "b"}}})
	want := `{"snmp":{"Community":"***","Port":161,"Version":"2c","Wait":90000000000,"Bulk":true,"Ratio":0.5,"Via":"127.0.0.1","Name":""},` +
		`"Targets":{"List":[],"Sites":["north","south"]},"Labels":{"a":"b"}}`
	if got.Groups[0].Name != want {
		t.Errorf("settings are %s", got.Groups[0].Name)
	}
	line := fmt.Sprint(got.Log[len(got.Log)-1])
	if !strings.Contains(line, "revealed:public") || strings.Count(line, "public") != 1 || strings.Count(line, "***") != 2 {
		t.Errorf("the log says %s", line) // In a test settings are plain, and what is revealed is not known to be a secret.
	}
}

func TestEverythingThatIsWrongWithSettingsComesAtOnce(t *testing.T) {
	good := map[string]any{"community": "c"}
	with := func(key string, value any) ocellitest.Settings {
		return ocellitest.Settings{"snmp": {"community": "c", key: value}}
	}
	rows := []struct {
		why   string
		given ocellitest.Settings
		want  []string
	}{
		{"nothing", ocellitest.Settings{"snmp": good}, nil},
		{"an unknown key, with the nearest right one", with("prot", 1), []string{"/snmp/prot unknown key prot (did you mean port?)"}},
		{"an unknown section, with those that are known", ocellitest.Settings{"snmp": good, "colour": {}}, []string{"/colour unknown key colour (known here: snmp, targets, labels)"}},
		{"a missing section", nil, []string{"/snmp snmp is missing ()"}},
		{"a missing key", ocellitest.Settings{"snmp": {}}, []string{"/snmp/community community is missing ()"}},
		{"an empty secret", ocellitest.Settings{"snmp": {"community": ""}}, []string{"/snmp/community community must not be empty ()"}},
		{"a secret that is a number", ocellitest.Settings{"snmp": {"community": 12345}}, []string{"/snmp/community community must be a text ()"}},
		{"a fraction", with("port", 1.5), []string{"/snmp/port port must be a whole number, not 1.5 ()"}},
		{"a number beyond its type", with("port", 65536), []string{"/snmp/port port must be at most 65535, not 65536 ()"}},
		{"another word", with("version", "2d"), []string{`/snmp/version version must be one of "1", "2c", "3", not "2d" (did you mean 2c?)`}},
		{"no time", with("wait", "5"), []string{`/snmp/wait wait must be a time such as 30s or 1m30s, not "5" ()`}},
		{"no truth", with("bulk", "yes"), []string{`/snmp/bulk bulk must be true or false, not "yes" ()`}},
		{"no address", with("via", "x"), []string{`/snmp/via via cannot be read: ParseAddr("x"): unable to parse IP ()`}},
		{"another form", with("name", "A"), []string{`/snmp/name name must look like ^[a-z]+$, not "A" ()`}},
		{"a list inside", ocellitest.Settings{"snmp": good, "targets": {"list": []any{map[string]any{"host": "a", "wieght": 1}, map[string]any{"weight": "x"}}}},
			[]string{"/targets/list/0/wieght unknown key wieght (did you mean weight?)", "/targets/list/1/host host is missing ()", `/targets/list/1/weight weight must be a whole number, not "x" ()`}},
		{"what the author says", with("port", 162), []string{"/snmp/port 162 is for traps ()"}},
		{"an author who panics", with("name", "panic"), []string{" the module could not look at its settings: validate of test (settings_test.go:44) panicked: cannot look ()"}},
		{"several", ocellitest.Settings{"snmp": {"port": 0, "x/y": 1}, "targets": {"sites": []string{}}},
			[]string{"/snmp/community community is missing ()", "/snmp/port port must be at least 1, not 0 ()", "/snmp/x~1y unknown key x/y (known here: community, port, version, wait, bulk, ratio, via, name)", "/targets/sites sites must not be empty ()"}},
		{"a hidden secret in the place of a number", with("port", "***"), nil},
	}
	plugin := settled(t)
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			var found []string
			for _, one := range plugin.Diagnose(row.given) {
				found = append(found, fmt.Sprintf("%s %s (%s)", one.Path, one.Summary, one.Detail))
			}
			if strings.Join(found, "\n") != strings.Join(row.want, "\n") {
				t.Errorf("it says\n%s\nnot\n%s", strings.Join(found, "\n"), strings.Join(row.want, "\n"))
			}
		})
	}
}
