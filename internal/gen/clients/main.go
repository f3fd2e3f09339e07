// Command clients writes the specimens of knowledge/clients: from the captures
// and the matrix of measured behaviour in the corpus (named by PARLEY_CORPUS),
// and, for clients that cannot be run, from the documents that compose.go
// names. It leaves specimens alone that are in neither.
//
// Run it as go generate ./knowledge/clients does. Its output is a pure
// function of its input; without a corpus it leaves everything as it is.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// date is when the corpus was captured and measured.
const date = "2026-11-21"

func main() {
	log.SetFlags(0)
	log.SetPrefix("clients: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: clients OUTPUT")
	}
	corpus := os.Getenv("PARLEY_CORPUS")
	if corpus == "" {
		log.Print("PARLEY_CORPUS is not set: specimens stay as they are")
		return
	}
	if err := run(corpus, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(corpus, out string) error {
	hellos, err := readHellos(filepath.Join(corpus, "hellos.jsonl"))
	if err != nil {
		return err
	}
	matrix, err := readMatrix(filepath.Join(corpus, "error-matrix.jsonl"))
	if err != nil {
		return err
	}
	for _, c := range captured {
		key := [2]string{c.client, c.version}
		caps := pick(hellos[key], c.obtained)
		if len(caps) == 0 {
			return fmt.Errorf("no capture of %s %s", c.client, c.version)
		}
		head := append(header{
			{"client", c.client + " " + c.version},
			{"stack", caps[0].Stack},
			{"obtained", caps[0].Obtained},
			{"date", date},
			{"ja4", caps[0].Facts.JA4},
		}, behaviour(matrix[key])...)
		if err := write(out, c.id, head, caps); err != nil {
			return err
		}
	}
	for _, c := range composed(hellos) {
		if err := write(out, c.id, c.head, []hello{{Hex: hex.EncodeToString(c.raw)}}); err != nil {
			return err
		}
	}
	return nil
}

// header is the facts above the bytes, one line each, in order.
type header [][2]string

// pick returns one run of a client, obtained as wanted: its first hello, and
// on later connections those that differ.
func pick(caps []hello, obtained string) []hello {
	var run []hello
	for _, h := range caps {
		if obtained != "" && h.Obtained != obtained {
			continue
		}
		if h.Conn == 1 && len(run) > 0 {
			break
		}
		run = append(run, h)
	}
	return run
}

func write(dir, id string, head header, hellos []hello) error {
	var b strings.Builder
	for _, f := range head {
		if f[1] != "" {
			fmt.Fprintf(&b, "# %s: %s\n", f[0], f[1])
		}
	}
	for _, h := range hellos {
		if h.Conn > 1 {
			fmt.Fprintf(&b, "# connection: %d\n", h.Conn)
		}
		for text := h.Hex; len(text) > 0; {
			n := min(96, len(text))
			b.WriteString(text[:n] + "\n")
			text = text[n:]
		}
	}
	return os.WriteFile(filepath.Join(dir, id+".hello"), []byte(b.String()), 0o644)
}

// hello is a row of hellos.jsonl.
type hello struct {
	Client   string `json:"client"`
	Version  string `json:"version"`
	Stack    string `json:"stack"`
	Obtained string `json:"how_obtained"`
	Conn     int    `json:"conn"`
	Hex      string `json:"hex"`
	Facts    struct {
		JA4 string `json:"ja4"`
	} `json:"facts"`
}

// attempt is a row of error-matrix.jsonl.
type attempt struct {
	Client   string   `json:"client"`
	Version  string   `json:"version"`
	Failure  string   `json:"failure"`
	Exit     int      `json:"exit"`
	Message  string   `json:"message"`
	ServerAt []string `json:"server_saw"`
}

func readHellos(file string) (map[[2]string][]hello, error) {
	rows := map[[2]string][]hello{}
	err := eachLine(file, func(line []byte) error {
		var h hello
		if err := json.Unmarshal(line, &h); err != nil {
			return err
		}
		key := [2]string{h.Client, h.Version}
		rows[key] = append(rows[key], h)
		return nil
	})
	return rows, err
}

func readMatrix(file string) (map[[2]string]map[string]attempt, error) {
	rows := map[[2]string]map[string]attempt{}
	err := eachLine(file, func(line []byte) error {
		var a attempt
		if err := json.Unmarshal(line, &a); err != nil {
			return err
		}
		key := [2]string{a.Client, a.Version}
		if rows[key] == nil {
			rows[key] = map[string]attempt{}
		}
		if _, ok := rows[key][a.Failure]; !ok {
			rows[key][a.Failure] = a
		}
		return nil
	})
	return rows, err
}

func eachLine(file string, f func([]byte) error) error {
	r, err := os.Open(file)
	if err != nil {
		return err
	}
	defer r.Close()
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<22)
	for n := 1; s.Scan(); n++ {
		if err := f(s.Bytes()); err != nil {
			return fmt.Errorf("%s: line %d: %w", file, n, err)
		}
	}
	return s.Err()
}
