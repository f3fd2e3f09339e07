package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/lab"
)

// Row is what one client made of one fault.
type Row struct {
	Client  string `json:"client"`
	Version string `json:"version"`
	Fault   string `json:"fault"`
	// Exit is the client's exit status; -1: it was ended for taking too long.
	Exit    int    `json:"exit"`
	Message string `json:"message"`
}

// Bounds of a run.
const (
	patience = 12 * time.Second
	longest  = 4 << 10 // bytes of a message; its end is kept
)

// found are the clients that this machine has.
func found(all []client) []client {
	return slices.DeleteFunc(slices.Clone(all), func(c client) bool {
		words := strings.Fields(c.Command)
		if words[0] == "env" {
			words = words[2:]
		}
		_, err := exec.LookPath(words[0])
		return err != nil
	})
}

// version is the first line that says which version of a client runs.
func version(ctx context.Context, c client) string {
	words := strings.Fields(c.Version)
	out, _ := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.ContainsAny(line, "0123456789") {
			return strings.TrimSpace(line)
		}
	}
	return "unknown"
}

// reachable says whether a fault can be met by a client that is told nothing but
// an address, a name and a root.
func reachable(t lab.Target) bool {
	return t.Proxy == "" && t.Origin == "" && t.Resolver == "" && len(t.Addresses) == 0 && t.ClientCert == "" && t.StartTLS == "" && !t.Resume
}

// run lets a client meet a target. dir is the client's own.
func run(ctx context.Context, c client, t lab.Target, dir string) (exit int, message string, err error) {
	host, port, err := net.SplitHostPort(t.Address)
	if err != nil {
		return 0, "", err
	}
	name := host
	if net.ParseIP(host) != nil {
		name = lab.Name
	}
	if t.SNI != "" {
		name = t.SNI
	}
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, []byte(t.CA), 0o600); err != nil {
		return 0, "", err
	}
	if c.File != "" {
		if err := os.WriteFile(filepath.Join(dir, c.File), []byte(c.Content), 0o600); err != nil {
			return 0, "", err
		}
	}
	r := strings.NewReplacer("$ADDR", "127.0.0.1", "$PORT", port, "$HOST", name, "$CA", ca,
		"$URL", "https://"+name+":"+port+"/", "$HERE", "https://127.0.0.1:"+port+"/")
	words := strings.Fields(c.Command)
	for i, w := range words {
		words[i] = r.Replace(w)
	}
	if c.Script != "" {
		words = append(words, r.Replace(c.Script))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(environment(), "LC_ALL=C", "HOME="+dir)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	message = strings.ToValidUTF8(strings.TrimSpace(strings.ReplaceAll(string(out), dir, "/tmp")), "?")
	message = message[max(0, len(message)-longest):]
	var status *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return -1, message, nil
	case errors.As(err, &status):
		return status.ExitCode(), message, nil
	case err != nil:
		return 0, "", fmt.Errorf("%s: %w", c.Name, err)
	}
	return 0, message, nil
}

// environment is this process's, without what changes whom a client trusts, or
// which way it takes.
func environment() []string {
	cache, err := os.UserCacheDir()
	out := slices.DeleteFunc(os.Environ(), func(e string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(e), "=")
		return strings.Contains(name, "PROXY") || strings.HasSuffix(name, "_CAINFO") || strings.Contains(name, "CERT") || strings.Contains(name, "CA_BUNDLE") || strings.Contains(name, "SSL")
	})
	if err == nil && os.Getenv("GOCACHE") == "" {
		out = append(out, "GOCACHE="+filepath.Join(cache, "go-build")) // not compiled anew for each
	}
	return out
}

// Tally is how the catalogue reads what was recorded.
type Tally struct {
	Failed, Silent, Unread, Listed, Known int
}

// Read counts a row, and says whether the catalogue does not read its message.
func (t *Tally) Read(r Row, f lab.Fault) (unread bool) {
	if r.Exit == 0 {
		return false
	}
	t.Failed++
	if r.Message == "" {
		t.Silent++
		return false
	}
	a := explain.Explain(explain.ReadString(r.Message), explain.Options{})
	if f.Want.Cause != "" {
		t.Known++
		if slices.ContainsFunc(a.Causes, func(c explain.Cause) bool { return c.ID == f.Want.Cause }) {
			t.Listed++
		}
	}
	if !a.Known {
		t.Unread++
	}
	return !a.Known
}

// String is the count as a line.
func (t *Tally) String() string {
	return fmt.Sprintf("%d failed, %d of them without a word; %d messages are not read; the lab's cause is in the list of %d of %d",
		t.Failed, t.Silent, t.Unread, t.Listed, t.Known)
}
