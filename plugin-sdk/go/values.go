package ocelli

import (
	"fmt"
	"math"
	"time"
)

// Resource is something that is watched: a switch, a host, a web address. Everything but the ID may be empty.
type Resource struct {
	// ID names it in the whole mesh. Any characters, up to 512 bytes.
	ID string `json:"id"`
	// Site is where it stands, such as a data centre.
	Site     string `json:"site,omitempty"`
	Class    string `json:"class,omitempty"`
	Subclass string `json:"subclass,omitempty"`
	Type     string `json:"type,omitempty"`
	// Endpoint says how to reach it: host, host:port or URL. Resources with one endpoint are one device.
	Endpoint string            `json:"endpoint,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
	// Parents are the IDs of the resources it is part of or depends on.
	Parents []string `json:"parents,omitempty"`
	// TTL is how long it is kept after it was last seen, in whole seconds; the mesh's default where it is 0.
	TTL time.Duration `json:"-"`
}

// Group is metrics that were read together and share their dimensions. Name and dimensions are unique in an answer.
type Group struct {
	// Name says what kind of group this is, such as "interface" or "cpu".
	Name string
	// Dimensions say what it is about, such as {"interface_name": "Gi0/1"}.
	Dimensions Dimensions
	// Metrics are the numbers by name. A name ends in its unit where it has one.
	Metrics Metrics
	// At is when they were read; when the answer arrived where it is not said.
	At time.Time
}

// Dimensions say what a group is about.
type Dimensions map[string]string

// Metrics are numbers by name.
type Metrics map[string]Value

// Value is a number and whether it may go down. Gauge and Counter make one. Two values of the same kind and number are equal.
type Value struct {
	kind  valueKind
	whole bool
	// An int64 where it is whole, else the bits of a float64.
	bits uint64
	// Where a number was made that cannot be used; nil for all others.
	at *place
}

type valueKind uint8

const (
	gaugeKind valueKind = iota + 1
	counterKind
)

// Number is any number type.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

// Gauge is a value as it is now, such as a temperature.
func Gauge[N Number](number N) Value {
	value := valueOf(gaugeKind, number)
	if !value.usable() {
		value.at = callerPlace()
	}
	return value
}

// Counter is a count that only grows until its source restarts, such as octets sent. -1 says that the device has no such
// counter.
func Counter[N Number](number N) Value {
	value := valueOf(counterKind, number)
	if count := int64(number); !value.whole && N(count) == number && count > -wholeFloats && count < wholeFloats {
		value = Value{kind: counterKind, whole: true, bits: uint64(count)}
	}
	if !value.usable() {
		value.at = callerPlace()
	}
	return value
}

// wholeFloats is up to where every whole number is a float64.
const wholeFloats = 1 << 53

// half is a variable, because a constant of it fits no whole number's type.
var half = 0.5

func valueOf[N Number](kind valueKind, number N) Value {
	if N(half) == 0 {
		if count := int64(number); (number < 0) == (count < 0) {
			return Value{kind: kind, whole: true, bits: uint64(count)}
		}
	}
	// Above what an int64 holds the nearest float64 travels. Adding 0 makes one zero of both.
	return Value{kind: kind, bits: math.Float64bits(float64(number) + 0)}
}

// Float is the number as a float64.
func (v Value) Float() float64 {
	if v.whole {
		return float64(v.count())
	}
	return math.Float64frombits(v.bits)
}

func (v Value) count() int64 { return int64(v.bits) }

// IsCounter says whether it is a counter.
func (v Value) IsCounter() bool { return v.kind == counterKind }

// String is how a value prints, such as "gauge(1.5)".
func (v Value) String() string {
	kind := "no metric value "
	switch v.kind {
	case gaugeKind:
		kind = "gauge"
	case counterKind:
		kind = "counter"
	}
	if v.whole {
		return fmt.Sprintf("%s(%d)", kind, v.count())
	}
	return fmt.Sprintf("%s(%v)", kind, v.Float())
}

func (v Value) usable() bool {
	number := v.Float()
	if v.kind == counterKind && number < 0 && number != -1 {
		return false
	}
	return v.kind != 0 && !math.IsNaN(number) && !math.IsInf(number, 0)
}

// Enrichment is facts of one namespace about a resource.
type Enrichment struct {
	// Namespace says what the facts are about, such as "interface".
	Namespace string
	// Schema is the version of the shape of the data, such as "0.1".
	Schema string
	// TTL is how long the facts hold, in whole seconds.
	TTL time.Duration
	// Data is anything that encoding/json writes as an object: a struct or a map.
	Data any
	// ResourceID is the resource they belong to; the one that was asked about where it is empty.
	ResourceID string
}
