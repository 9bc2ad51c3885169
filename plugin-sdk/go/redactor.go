package ocelli

import (
	"encoding/json"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Shorter secrets are left alone: replacing them would garble ordinary words and hide nothing.
const shortestSecret = 4

// redactor replaces every secret that the module was given by ***, also where it was escaped as JSON, as Go or for a URL.
type redactor struct {
	mu       sync.Mutex
	patterns map[string]bool
	current  atomic.Pointer[strings.Replacer]
}

// add takes more secrets. They are only ever added: an old log line may still be on its way.
func (r *redactor) add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.patterns)
	if r.patterns == nil {
		r.patterns = map[string]bool{}
	}
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		escaped, _ := json.Marshal(secret) // A string is always JSON.
		r.patterns[unquote(string(escaped))] = true
		for _, text := range []string{secret, plainJSON(secret), unquote(strconv.Quote(secret)), url.QueryEscape(secret), url.PathEscape(secret)} {
			r.patterns[text] = true
		}
	}
	if len(r.patterns) > before {
		r.current.Store(replacerOf(r.patterns))
	}
}

func (r *redactor) apply(text string) string {
	if replacer := r.current.Load(); replacer != nil {
		return replacer.Replace(text)
	}
	return text
}

// replacerOf takes the longest first, so that a secret which contains another leaves no rest.
func replacerOf(patterns map[string]bool) *strings.Replacer {
	sorted := make([]string, 0, len(patterns))
	for pattern := range patterns {
		sorted = append(sorted, pattern)
	}
	sort.Slice(sorted, func(a, b int) bool { return len(sorted[a]) > len(sorted[b]) })
	pairs := make([]string, 0, 2*len(sorted))
	for _, pattern := range sorted {
		pairs = append(pairs, pattern, hidden)
	}
	return strings.NewReplacer(pairs...)
}

// plainJSON is the text as JSON without the escapes for HTML, and without its quotes.
func plainJSON(text string) string {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)
	return unquote(strings.TrimSuffix(line.String(), "\n"))
}

func unquote(text string) string { return text[1 : len(text)-1] }
