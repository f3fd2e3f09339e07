package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/lab"
)

// shared is the lab of all tests: its certificates are made once.
var shared = lab.New()

func TestMain(m *testing.M) {
	testscript.Main(leaving{m}, map[string]func(){"parley": main})
}

// leaving runs the tests and looks that nothing of parley goes on behind them.
type leaving struct{ m *testing.M }

func (l leaving) Run() int {
	code := l.m.Run()
	shared.Close()
	if left := ourGoroutines(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines are left:\n%s", left)
		code = 1
	}
	return code
}

// ourGoroutines are the stacks of goroutines in packages of this module, but
// those of the tests and of the servers that they start. Those that are about to return get a moment to do so.
func ourGoroutines() string {
	var left string
	for range 500 {
		b := make([]byte, 1<<20)
		b = b[:runtime.Stack(b, true)]
		left = ""
		for i, stack := range strings.Split(string(b), "\n\n") {
			if i > 0 && strings.Contains(stack, "parley-tls/parley") && !strings.Contains(stack, "testing.tRunner") && !strings.Contains(stack, "TestMain") && !strings.Contains(stack, "internal/peers.") {
				left += stack + "\n\n"
			}
		}
		if left == "" {
			return ""
		}
		runtime.Gosched()
	}
	return left
}

// here is an app that writes to memory, knows no environment but env, and dials
// nothing outside this machine.
type here struct {
	*app
	out, err bytes.Buffer
	env      map[string]string
}

func newHere() *here {
	h := &here{env: map[string]string{}}
	h.app = &app{
		stdin: strings.NewReader(""), stdout: &h.out, stderr: &h.err,
		getenv:  func(name string) string { return h.env[name] },
		columns: func(io.Writer) int { return 0 },
		now:     time.Now, // the lab makes its certificates today
		dialer:  loopbackDialer{},
		roots:   func() (parley.Store, error) { return parley.Store{Name: "system"}, nil },
	}
	return h
}

// say says a command line to h and returns the exit status.
func (h *here) say(ctx context.Context, line ...string) int { return h.run(ctx, line) }

var (
	endpoint = regexp.MustCompile(`\b(127\.0\.0\.[0-9]+|[a-z]+\.parley\.test):([0-9]{4,5})\b`)
	after    = regexp.MustCompile(` +after [0-9.]+ m?s\b`)
	cutAfter = regexp.MustCompile(` +after \.\.\.`)
	took     = regexp.MustCompile(`\b([0-9]+\.[0-9] s|[0-9]{1,2} ms)\b`)
	elapsed  = regexp.MustCompile(`(elapsed-ms: |"(?:elapsed|took|after|at)_ms": )[0-9.]+`)
	dated    = regexp.MustCompile(`\b((?:ended on|begins on|it is|of)\s+)2[0-9]{3}-[0-9]{2}-[0-9]{2}\b`) // of a certificate made today
	lasts    = regexp.MustCompile(`\b2[0-9]{3}-[0-9]{2}-[0-9]{2} to 2[0-9]{3}-[0-9]{2}-[0-9]{2}\b`)
	digest   = regexp.MustCompile(`SHA-256 [0-9a-f]{64}\b`)
	clock    = regexp.MustCompile(`(YYYY-MM-DD\s+)[0-9]{2}:[0-9]{2}\b`)
	slow     = regexp.MustCompile(`: the first flight was not complete after [0-9.]+m?s`)
	tool     = regexp.MustCompile(`("tool_version": ")[^"\n]+`)
)

// steady puts placeholders in the place of ports and times. A placeholder is as
// long as a port, so that the columns stay.
func steady(text string) string {
	text = slow.ReplaceAllString(text, "") // told on a quiet machine only
	ports := map[string]string{}
	text = endpoint.ReplaceAllStringFunc(text, func(s string) string {
		m := endpoint.FindStringSubmatch(s)
		if m[2] == "443" {
			return s
		}
		if ports[m[2]] == "" {
			ports[m[2]] = fmt.Sprintf("PORT%d", len(ports)+1)
		}
		return m[1] + ":" + ports[m[2]]
	})
	text = after.ReplaceAllString(text, "")
	text = cutAfter.ReplaceAllString(text, " ...") // a line that the time made too long
	text = elapsed.ReplaceAllString(text, "${1}0")
	text = dated.ReplaceAllString(text, "${1}YYYY-MM-DD")
	text = lasts.ReplaceAllString(text, "YYYY-MM-DD to YYYY-MM-DD")
	text = digest.ReplaceAllString(text, "SHA-256 DIGEST")
	text = clock.ReplaceAllString(text, "${1}hh:mm")
	return took.ReplaceAllString(text, "TIME s")
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: golden.Updating(),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fault": startFault, "status": status, "steady": steadyFile,
		},
	})
}

// startFault starts a fault of the lab: $TARGET is where, $SNI and $PROXY what has to be
// said to reach it, hello.bin the failing client's hello.
func startFault(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fault NAME")
	}
	f, err := lab.Get(args[0])
	ts.Check(err)
	ctx, cancel := context.WithCancel(context.Background())
	ts.Defer(cancel)
	target, err := f.Start(ctx, shared)
	ts.Check(err)
	ts.Setenv("TARGET", target.Address)
	ts.Setenv("PROXY", target.Proxy)
	ts.Setenv("SNI", target.SNI)
	ts.Setenv("SSL_CERT_FILE", ts.MkAbs("ca.pem"))
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), []byte(target.CA), 0o600))
	if target.Hello != nil {
		ts.Check(os.WriteFile(ts.MkAbs("hello.bin"), target.Hello, 0o600))
	}
}

// status runs parley and wants an exit status: status 3 check 127.0.0.1:1.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status EXIT [WORD...]")
	}
	err := ts.Exec("parley", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("parley ended with %s, want %s", got, args[0])
	}
}

// steadyFile writes what stands in a file, or on stdout or stderr, with
// placeholders into another: steady stdout out.txt.
func steadyFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: steady FROM TO")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(tool.ReplaceAllString(steady(ts.ReadFile(args[0])), "${1}VERSION")), 0o600))
}
