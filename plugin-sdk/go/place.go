package ocelli

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// place is a line of the author's code.
type place struct {
	file string
	line int
}

func (p *place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

const sdkPath = "ocelli.dev/plugin-sdk/go"

// mainModule is the path of the module the program was built from, or empty where the binary does not say.
var mainModule = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Path
	}
	return ""
})

// callerPlace is the line of the author's code that led here, or nil: the innermost one of the author's own module, or of
// whatever is neither ours nor the runtime's.
func callerPlace() *place {
	var other *place
	for _, frame := range foreignFrames() {
		if isAuthors(frame.Function) {
			return placeOf(frame.Function, frame.File, frame.Line)
		}
		if other == nil {
			other = placeOf(frame.Function, frame.File, frame.Line)
		}
	}
	return other
}

// callerStack is every frame that is neither ours nor the runtime's, one text each, innermost first.
func callerStack() []string {
	var lines []string
	for _, frame := range foreignFrames() {
		lines = append(lines, fmt.Sprintf("%s (%s:%d)", frame.Function, frame.File, frame.Line))
	}
	return lines
}

// functionPlace is where a function begins.
func functionPlace(function any) *place {
	entry := reflect.ValueOf(function).Pointer()
	declared := runtime.FuncForPC(entry)
	if declared == nil {
		return nil
	}
	file, line := declared.FileLine(entry)
	return placeOf(declared.Name(), file, line)
}

func foreignFrames() []runtime.Frame {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var foreign []runtime.Frame
	for {
		frame, more := frames.Next()
		if name := packageOf(frame.Function); frame.Function != "" && name != "runtime" && !isOurs(name) {
			foreign = append(foreign, frame)
		}
		if !more {
			return foreign
		}
	}
}

func isOurs(name string) bool {
	return name == sdkPath || strings.HasPrefix(name, sdkPath+"/internal/") || name == sdkPath+"/ocellitest"
}

func isAuthors(function string) bool {
	name, own := packageOf(function), mainModule()
	return name == "main" || (own != "" && (name == own || name == own+"_test" || strings.HasPrefix(name, own+"/")))
}

// placeOf names a file by its folder in the author's module, so that no path of a machine is shown.
func placeOf(function, file string, line int) *place {
	name := path.Base(strings.ReplaceAll(file, `\`, "/"))
	if folder, inside := strings.CutPrefix(packageOf(function), mainModule()+"/"); inside && mainModule() != "" {
		name = strings.TrimSuffix(folder, "_test") + "/" + name
	}
	return &place{name, line}
}

// packageOf is the path of a function's package: what stands before the first dot behind the last slash. A type argument may
// hold slashes of its own.
func packageOf(function string) string {
	bare, _, _ := strings.Cut(function, "[")
	slash := strings.LastIndexByte(bare, '/') + 1
	if dot := strings.IndexByte(bare[slash:], '.'); dot >= 0 {
		return bare[:slash+dot]
	}
	return bare
}
