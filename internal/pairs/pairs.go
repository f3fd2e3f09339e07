// Package pairs holds what real TLS clients and servers came to with each
// other, and the terms that their options stand for: the measure of
// parley.Negotiate. The table says which pairs there are; the recorder runs
// them through a relay that reads both directions, and testdata/pairs.jsonl
// keeps what it saw.
package pairs

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/wire"
)

// Pair is one client before one server.
type Pair struct {
	Server ServerSpec `json:"server"`
	Client ClientSpec `json:"client"`
}

// ServerSpec is a server as internal/peers starts it.
type ServerSpec struct {
	Stack  peers.Stack  `json:"stack"`
	Config peers.Config `json:"config"`
}

// key is the same for equal servers, which are started once.
func (s ServerSpec) key() string { return fmt.Sprintf("%s %+v", s.Stack, s.Config) }

// ClientSpec is a client in the notation of its program: command line options
// of openssl, gnutls and nss, name=value for go, java and node.
type ClientSpec struct {
	Stack   string   `json:"stack"`
	Options []string `json:"options,omitempty"`
}

// ID is a pair's name: it names both sides' options.
func (p Pair) ID() string {
	return fmt.Sprintf("%s %s", p.Server.key(), p.Client)
}

// Outcome is what came of a pair, in the registries' names. An empty Alert of
// a refusal: none was to be seen, as those of TLS 1.3 are encrypted.
type Outcome struct {
	Completes   bool   `json:"completes"`
	Version     string `json:"version,omitempty"`
	Suite       string `json:"suite,omitempty"`
	Group       string `json:"group,omitempty"`
	Scheme      string `json:"scheme,omitempty"`
	DHBits      int    `json:"dh_bits,omitempty"`
	Retry       bool   `json:"retry,omitempty"`
	Certificate string `json:"certificate,omitempty"`
	Refuses     string `json:"refuses,omitempty"`
	Alert       string `json:"alert,omitempty"`
}

// Record is a pair with what was measured.
type Record struct {
	Pair
	Versions [2]string `json:"versions"` // of the server's software and the client's
	// Means is what the server's cipher string stands for, where only its
	// software can say; in the registries' names and its order.
	Means   Means   `json:"means,omitzero"`
	Hello   string  `json:"hello,omitempty"` // the client's first, hex
	Outcome Outcome `json:"outcome"`
}

// Means is what a configuration string stands for.
type Means struct {
	Versions []string `json:"versions,omitempty"`
	Suites   []string `json:"suites,omitempty"`
	Groups   []string `json:"groups,omitempty"`
	Schemes  []string `json:"schemes,omitempty"`
}

// ClientHello parses the recorded hello; nil if the client sent none.
func (r *Record) ClientHello() (*wire.ClientHello, error) {
	raw, err := hex.DecodeString(r.Hello)
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	return wire.ParseClientHello(raw)
}

const recordFile = "testdata/pairs.jsonl"

// Records reads the recorded pairs, from the directory of this package.
func Records(dir string) ([]Record, error) {
	text, err := os.ReadFile(filepath.Join(dir, recordFile))
	if err != nil {
		return nil, err
	}
	var all []Record
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r Record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("pairs: line %d: %w", len(all)+1, err)
		}
		all = append(all, r)
	}
	return all, lines.Err()
}
