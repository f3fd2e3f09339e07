package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

var versions sync.Map // first argument of the command, to its first line

// version runs the command that names the version of a stack, once a process.
func version(d *driver) string {
	if len(d.version) == 0 {
		return runtime.Version() // the Go stack
	}
	key := strings.Join(d.version, " ")
	if v, ok := versions.Load(key); ok {
		return v.(string)
	}
	// Some end with a status other than 0 after they have said it.
	out, _ := exec.Command(d.version[0], d.version[1:]...).CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	versions.Store(key, line)
	return line
}

// cached returns the directory peersDir/name, which fill makes once for all
// test processes: for what takes longer to make than a server to start.
func cached(name string, fill func(dir string) error) (string, error) {
	dir := filepath.Join(peersDir(), name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(peersDir(), 0o755); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(peersDir(), ".making")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := fill(work); err != nil {
		return "", err
	}
	// Another process may have been first: its directory is as good.
	if err := os.Rename(work, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", err
		}
	}
	return dir, nil
}
