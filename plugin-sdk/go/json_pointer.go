package ocelli

import (
	"fmt"
	"strconv"
	"strings"
)

var (
	pointerEscape   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// toPointer is a path as an RFC 6901 JSON pointer.
func toPointer(path []string) string {
	var pointer strings.Builder
	for _, key := range path {
		pointer.WriteByte('/')
		pointer.WriteString(pointerEscape.Replace(key))
	}
	return pointer.String()
}

// setAt sets a text in a tree of objects and lists, making objects where there is nothing.
func setAt(root map[string]any, pointer, text string) error {
	if !strings.HasPrefix(pointer, "/") {
		return fmt.Errorf("not a place in settings: %q", pointer)
	}
	keys := strings.Split(pointer[1:], "/")
	var place any = root
	for i, key := range keys {
		key = pointerUnescape.Replace(key)
		last := i == len(keys)-1
		switch here := place.(type) {
		case map[string]any:
			if last {
				here[key] = text
				return nil
			}
			if here[key] == nil {
				here[key] = map[string]any{}
			}
			place = here[key]
		case []any:
			index, err := strconv.Atoi(key)
			if err != nil || index < 0 || index >= len(here) {
				return fmt.Errorf("%s is beyond the end of a list", pointer)
			}
			if last {
				here[index] = text
				return nil
			}
			if here[index] == nil {
				here[index] = map[string]any{}
			}
			place = here[index]
		default:
			return fmt.Errorf("%s leads through a plain value", pointer)
		}
	}
	return nil
}
