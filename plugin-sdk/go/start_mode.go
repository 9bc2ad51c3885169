package ocelli

import (
	"fmt"
	"os"
)

// startMode is how a module was started.
type startMode struct {
	// A person did, and there is no host.
	byHand bool
	// Where to listen, as a stand-alone service; empty for the child of a host.
	listen   string
	registry string
	// What others dial; empty: where it listens.
	advertise  string
	joinToken  string
	instanceID string
}

// startModeOf reads it from the environment, and from whether a person sits there. An error where only half of what a
// stand-alone module needs is said.
func startModeOf(env func(string) string, stdinIsTerminal bool) (startMode, error) {
	listen, registry := env("OCELLI_MODULE_LISTEN"), env("OCELLI_REGISTRY")
	if listen == "" {
		return startMode{byHand: stdinIsTerminal}, nil
	}
	if registry == "" {
		return startMode{}, invalidf("OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not: a stand-alone module needs both (host:port each)")
	}
	return startMode{
		listen: listen, registry: registry, advertise: env("OCELLI_MODULE_ADVERTISE"), joinToken: env("OCELLI_JOIN_TOKEN"),
		instanceID: env("OCELLI_MODULE_INSTANCE"),
	}, nil
}

// isTerminal says whether a person sits at a file, or nothing at all.
func isTerminal(file *os.File) bool {
	found, err := file.Stat()
	return err == nil && found.Mode()&os.ModeCharDevice != 0
}

// explanation is what a person sees who starts a module by hand.
func explanation(m *module, program string) string {
	return fmt.Sprintf(`%[1]s %[2]s: %[3]s

This is a plugin module of Ocelli. Ocelli starts it; started by hand it has nobody to work for. What you can do:

  run it once, without a mesh   ocelli poll once --help
  let a mesh use it             name it in a plugin file:  [Core] Module = %[4]s
  run it as a service           OCELLI_MODULE_LISTEN=127.0.0.1:7400 OCELLI_REGISTRY=HOST:PORT %[4]s
                                and name it in a plugin file:  [Core] Module = service:%[1]s
`, m.name, m.version, m.description, program)
}
