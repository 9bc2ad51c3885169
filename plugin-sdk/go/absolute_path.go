package ocelli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// AbsolutePath gives an absolute path: ~ is the home directory, and a relative path counts from the directory of the plugin
// file, which a module is told as the setting "directory" of a section "ocelli". An error where the path is relative and there
// is no directory: the folder a process happens to run in is no answer.
func AbsolutePath(path, directory string) (string, error) {
	if path == "~" || strings.HasPrefix(path, "~/") {
		home, err := os.UserHomeDir()
		return filepath.Join(home, strings.TrimPrefix(path, "~")), err
	}
	if filepath.IsAbs(path) {
		return path, nil
	}
	if directory == "" {
		return "", fmt.Errorf("the path %s has to be absolute here", path)
	}
	return filepath.Join(directory, path), nil
}
