// Package harness lets the package ocellitest serve a plugin without a process of its own.
package harness

import (
	"io"
	"net"
)

// Serve serves an ocelli.Plugin on a listener until stop is called; its log lines go to log. An error says everything that is
// wrong with the plugin. Set by the package ocelli.
var Serve func(plugin any, listener net.Listener, log io.Writer) (stop func(), err error)
