package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/survey"
)

// manyFlags are the flags of parley scan -f, beside those that it shares with a
// scan of one host.
type manyFlags struct {
	file    string
	lines   bool
	save    string
	journal string
	rateAll float64
	atOnce  int
	as      string

	patience time.Duration
}

func (m *manyFlags) add(fs *pflag.FlagSet) {
	fs.StringVarP(&m.file, "file", "f", "", "ask every target of `FILE`, one a line; - is stdin")
	fs.BoolVar(&m.lines, "jsonl", false, "with -f: a line of JSON for each target, as in a pipe")
	fs.StringVarP(&m.save, "output", "o", "", "with -f: write these lines, or the format, into `FILE`")
	fs.StringVar(&m.journal, "resume", "", "with -f: keep what is known in `FILE`, and go on from it")
	fs.Float64Var(&m.rateAll, "rate-all", 0, "with -f: new connections a second in all (0: no limit)")
	fs.IntVar(&m.atOnce, "at-once", scan.DefaultAtOnce, "with -f: `N` connections open at once, 4 to an address")
	fs.DurationVar(&m.patience, "patience", probe.DefaultSilence, "with -f: for an address to connect, and to answer")
	fs.StringVar(&m.as, "as", "", "with -f: send the hello of this client, an `id` such as java7")
}

// alone are the flags that ask one host, and those that ask many.
var (
	oneOnly  = []string{"sni", "no-sni", "connect", "starttls", "proxy"}
	manyOnly = []string{"jsonl", "output", "resume", "rate-all", "at-once", "patience", "as"}
)

// bounds looks whether the flags of a scan of many can be meant.
func (m *manyFlags) bounds(f *scanFlags, args []string) error {
	if m.file == "" {
		for _, name := range manyOnly {
			if f.flags.Changed(name) {
				return wrong("parley scan -f FILE", "--%s is for many targets, which -f names", name)
			}
		}
		return nil
	}
	for _, name := range oneOnly {
		if f.flags.Changed(name) {
			return wrong("a line of the list may be a URL such as smtp://mail.example", "--%s is for one host, not for a list", name)
		}
	}
	switch {
	case len(args) > 0:
		return wrong("parley scan -f FILE", "-f and %q: the list or the one host", args[0])
	case f.v4 && f.v6:
		return wrong("without either, both families are asked", "-4 and -6 exclude each other")
	case f.gentle && f.fast:
		return wrong("", "--gentle and --fast exclude each other")
	case f.flags.Changed("timeout") && f.timeout <= 0:
		return wrong("--timeout 60s", "--timeout %v leaves no time", f.timeout)
	case !(m.rateAll >= 0) || math.IsInf(m.rateAll, 1):
		return wrong("--rate-all 500", "--rate-all %v is no rate", m.rateAll)
	case !(f.rate >= 0) || math.IsInf(f.rate, 1):
		return wrong("--rate 2", "--rate %v is no rate", f.rate)
	case m.patience <= 0:
		return wrong("--patience 3s", "--patience %v leaves no time", m.patience)
	case m.atOnce < 1:
		return wrong("--at-once 100", "--at-once %d asks nothing", m.atOnce)
	case f.flags.Changed("depth") && !slices.Contains(survey.Depths, f.depth):
		return wrong("without it: one hello for each address", "unknown depth %q", f.depth)
	case m.as != "" && (f.flags.Changed("fail-on") || f.flags.Changed("policy")):
		return wrong("", "--as sends one hello, and --fail-on and --policy need the terms: they exclude each other")
	case m.lines && slices.Contains(f.more, f.format):
		return wrong("", "--jsonl and --format %s exclude each other", f.format)
	case m.as != "" && (f.aia || f.revocation || f.flags.Changed("dns") || len(f.ca) > 0):
		return wrong("", "--as sends one hello, and --aia, --ca, --revocation and --dns need a handshake: they exclude each other")
	case m.as != "" && f.flags.Changed("depth"):
		return wrong("", "--as sends one hello, and --depth asks for everything: they exclude each other")
	}
	return f.output.read()
}

// scanMany runs parley scan -f.
func (a *app) scanMany(ctx context.Context, f *scanFlags) error {
	m := &f.many
	o := scan.ManyOptions{
		AtOnce: min(m.atOnce, openFiles()), Rate: f.rate, RateAll: m.rateAll, Patience: m.patience, Local: f.local, Now: a.now(), Dialer: a.dialer,
	}
	if err := f.judge.read(a.dry); err != nil {
		return err
	}
	o.FailOn, o.Depth = f.judge.severity, f.judge.depth()
	if len(f.judge.policies) > 0 {
		o.Judge = f.judge.held
	}
	if f.flags.Changed("depth") {
		o.Depth = survey.ParseDepth(f.depth)
	}
	if err := f.manyCredentials(&o); err != nil {
		return err
	}
	switch {
	case f.v4:
		o.Family = 4
	case f.v6:
		o.Family = 6
	}
	switch {
	case f.gentle:
		o.Pace = survey.PaceGentle
	case f.fast:
		o.Pace = survey.PaceFast
	}
	if m.as != "" {
		c, err := clients.GetOver(m.as, parley.TransportTCP)
		if err != nil {
			return wrong("parley scan -f FILE --as java7", "%w", err)
		}
		o.Client = c
	}
	if a.dry {
		return nil
	}
	in, total, err := a.list(m.file)
	if err != nil {
		return err
	}
	defer in.Close()
	question := fmt.Sprintf("depth %v, as %q, IPv%d", o.Depth, m.as, o.Family)
	if o.FailOn != 0 || o.Judge != nil {
		question += fmt.Sprintf(", fail on %s, policies %q", o.FailOn, f.judge.names)
	}
	if o.Certs.Stores != nil {
		question += fmt.Sprintf(", aia %t, revocation %t, dns %s", f.aia, f.revocation, f.dns)
		if len(f.ca) > 0 {
			question += fmt.Sprintf(", ca %q", f.ca)
		}
	}
	return a.runMany(ctx, f, o, in, total, question)
}

// list opens the list. Where progress is shown the targets of a file are
// counted first; 0: not known.
func (a *app) list(name string) (io.ReadCloser, int, error) {
	if name == "-" {
		return io.NopCloser(a.stdin), 0, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, wrong("parley scan -f FILE, one target a line", "%w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder", name)
	}
	if err != nil {
		file.Close()
		return nil, 0, wrong("parley scan -f FILE, one target a line", "%w", err)
	}
	if a.columns(a.stderr) == 0 || !info.Mode().IsRegular() {
		return file, 0, nil
	}
	l := scan.NewLines(file)
	for err == nil {
		_, err = l.Next(context.Background())
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, l.Taken, err
}

// runMany asks the targets of a list, and writes what they come to.
func (a *app) runMany(ctx context.Context, f *scanFlags, o scan.ManyOptions, in io.Reader, total int, question string) error {
	m := &f.many
	s := &manySink{tool: version().Version}
	src := scan.NewLines(in)
	shown := 0
	var p *progress
	src.Bad = func(number int, err error) {
		if shown++; shown <= maxBadLines {
			p.note(a.stderr, "parley: line %d: %v\n", number, err)
		}
	}
	if err := a.open(f, s); err != nil {
		return err
	}
	defer s.close()
	if m.journal != "" {
		var err error
		if s.journal, err = scan.OpenJournal(m.journal, question, func(r *scan.Record, line []byte) error {
			if !src.Skip(r.Target) {
				return nil
			}
			s.before++
			return s.keep(r, line)
		}); err != nil {
			return wrong("--resume takes the journal of the same question, or a name for a new one", "%w", err)
		}
	}
	began := time.Now()
	if f.flags.Changed("timeout") {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	if a.getenv("GOGC") == "" && a.getenv("GOMEMLIMIT") == "" {
		// Most of what a scan makes is garbage at once: it is reclaimed late, but
		// before the memory is much.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(softMemory))
	}
	p = a.progress("asking the targets of the list")
	stop := p.watch(s, total, began)
	err := scan.RunMany(ctx, src, s, o)
	stop()
	if s.fleet != nil && err == nil {
		err = s.fleet.End(a.fleetEnd(ctx, f, s, time.Since(began)))
	}
	if e := s.close(); err == nil {
		err = e
	}
	if err != nil {
		return &failure{exit: exitFailed, err: fmt.Errorf("scan the list: %w", err)}
	}
	if shown > maxBadLines {
		fmt.Fprintf(a.stderr, "parley: %d lines more are no targets\n", shown-maxBadLines)
	}
	if s.sum.Targets == 0 && ctx.Err() == nil {
		return wrong("one host, host:port, URL or network a line", "%s has no target that can be read", cmp.Or(map[string]string{"-": "stdin"}[m.file], m.file))
	}
	a.exit = s.sum.Exit()
	end := manyEnd{took: time.Since(began), wrong: src.Wrong, again: src.Again, before: s.before, total: total, journal: m.journal}
	if ctx.Err() != nil {
		end.cut = true
		a.exit = exitInterrupted
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			a.exit = exitUnknown
		}
	}
	return a.sayMany(f, s, end)
}

// softMemory is what a scan of many takes before its garbage is reclaimed at
// once, in bytes.
const softMemory = 100 << 20

// maxBadLines is how many lines of a list that are no targets are told one by one.
const maxBadLines = 20

// linesOnStdout says whether stdout gets a line for each target.
func (a *app) linesOnStdout(f *scanFlags) bool {
	if f.many.save != "" {
		return false
	}
	human := f.flags.Changed("format") && f.format == "human" || f.plain
	return f.json || f.many.lines || slices.Contains(f.more, f.format) || !human && a.columns(a.stdout) == 0
}

// open opens what the lines go to.
func (a *app) open(f *scanFlags, s *manySink) error {
	switch {
	case f.many.save != "":
		file, err := os.Create(f.many.save)
		if err != nil {
			return wrong("-o FILE", "%w", err)
		}
		s.file, s.out = file, bufio.NewWriterSize(file, 64<<10)
	case a.linesOnStdout(f):
		s.out = bufio.NewWriterSize(a.stdout, 64<<10)
	}
	if slices.Contains(f.more, f.format) {
		s.fleet, s.ledger = report.NewFleet(f.format, s.out), &fleetRows{failOn: f.judge.severity, now: a.now()}
	}
	return nil
}

// manySink writes a line for each target, into the journal first, and counts.
type manySink struct {
	tool    string
	journal *scan.Journal
	file    *os.File
	out     *bufio.Writer // nil: nobody wants the lines
	mu      sync.Mutex    // of out and late
	late    *time.Timer
	fleet   *report.Fleet // nil: the lines are what is wanted
	ledger  *fleetRows
	sum     scan.Summary
	before  int // targets that the journal had
	done    atomic.Int64
}

// flushAfter is how long a line waits for others before it is written.
const flushAfter = 50 * time.Millisecond

// Take writes one record.
func (s *manySink) Take(r *scan.Record) error {
	r.Tool = s.tool
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if s.journal != nil {
		if err := s.journal.Append(line); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	return s.keep(r, line)
}

// keep counts a record and writes its line.
func (s *manySink) keep(r *scan.Record, line []byte) error {
	s.sum.Add(r)
	s.done.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.out == nil:
		return nil
	case s.fleet != nil:
		return s.fleet.Add(s.ledger.of(r))
	}
	s.out.Write(line)
	if s.late == nil {
		s.late = time.AfterFunc(flushAfter, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.late = nil
			if s.out != nil {
				s.out.Flush() // what fails here fails again at the next line
			}
		})
	}
	return s.out.WriteByte('\n')
}

// close writes what waits; the second call does nothing.
func (s *manySink) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.late != nil {
		s.late.Stop()
		s.late = nil
	}
	if s.out != nil {
		errs = append(errs, s.out.Flush())
		s.out = nil
	}
	if s.file != nil {
		errs = append(errs, s.file.Close())
		s.file = nil
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
		s.journal = nil
	}
	return errors.Join(errs...)
}

// watch shows how far a scan of many is; the result ends it.
func (p *progress) watch(s *manySink, total int, began time.Time) (stop func()) {
	if p == nil {
		return func() {}
	}
	tick, end := time.NewTicker(200*time.Millisecond), make(chan struct{})
	go func() {
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				p.say("%s", progressWords(int(s.done.Load()), s.before, total, time.Since(began)))
			}
		}
	}()
	return func() {
		tick.Stop()
		close(end)
		p.end()
	}
}

// progressWords says how many targets are done, how fast, and how long the rest
// takes at that rate.
func progressWords(done, before, total int, took time.Duration) string {
	rate := float64(done-before) / max(took.Seconds(), 0.001)
	if total <= 0 {
		return fmt.Sprintf("%d targets, %.0f a second", done, rate)
	}
	text := fmt.Sprintf("%d of %d targets, %.0f a second", done, total, rate)
	if left := total - done; rate > 0 && left > 0 {
		text += fmt.Sprintf(", %v left", time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second))
	}
	return text
}
