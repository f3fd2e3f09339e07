// Package ctlogs has the logs of Certificate Transparency (RFC 6962) that browsers
// know of, as data: their names, who operates them, and their keys.
//
// The list is written by internal/gen/stores from the program of a Chromium. A
// log that is not in it may have been one before: Chromium drops logs that have
// ended, and what they signed stays in certificates for a while.
package ctlogs

import (
	_ "embed"
	"encoding/base64"
	"strings"
	"sync"
)

// Log is one of them.
type Log struct {
	ID       [32]byte
	Name     string // "Google 'Argon2027h1'"
	Operator string
	Key      []byte // SubjectPublicKeyInfo
}

// Date is the day that the list speaks for, From where it was read.
func Date() string { return list().date }

// From is where the list was read.
func From() string { return list().from }

// All are the logs, by name.
func All() []Log { return list().logs }

// Find returns the log of an ID; nil: none that is in the list.
func Find(id [32]byte) *Log {
	l := list()
	if i, ok := l.byID[id]; ok {
		return &l.logs[i]
	}
	return nil
}

//go:embed logs.txt
var text string

type logs struct {
	date, from string
	logs       []Log
	byID       map[[32]byte]int
}

var list = sync.OnceValue(func() logs { return read(text) })

// read reads a head of "key: value", an empty line, and a line for each log: ID,
// name, operator and key, separated by tabs.
func read(text string) logs {
	out := logs{byID: map[[32]byte]int{}}
	head, lines, _ := strings.Cut(text, "\n\n")
	for line := range strings.Lines(head) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "date":
			out.date = value
		case "source":
			out.from = value
		}
	}
	for line := range strings.Lines(lines) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 4 {
			continue
		}
		id, err := base64.StdEncoding.DecodeString(f[0])
		key, keyErr := base64.StdEncoding.DecodeString(f[3])
		if err != nil || keyErr != nil || len(id) != 32 {
			continue
		}
		l := Log{ID: [32]byte(id), Name: strings.TrimSuffix(f[1], " log"), Operator: f[2], Key: key}
		out.byID[l.ID] = len(out.logs)
		out.logs = append(out.logs, l)
	}
	return out
}
