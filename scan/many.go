package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// Source hands out the targets of a scan of many, one at a time. A list in a
// file is one; a queue that several machines take from would be another.
type Source interface {
	// Next returns the next target; io.EOF is the end. The targets of one source
	// differ from one another.
	Next(context.Context) (parley.Target, error)
}

// Sink takes what the targets came to, in the order in which they end. Take is
// never called twice at once; an error from it ends the scan.
type Sink interface {
	Take(*Record) error
}

// ManyOptions say how many targets are asked.
type ManyOptions struct {
	// Depth is what is asked of each: DepthUnknown is one hello for each address,
	// every other depth an enumeration.
	Depth survey.Depth
	Pace  survey.Pace
	// Client is the client whose hello is sent; nil: a hello that offers 1.0 to 1.3.
	Client *parley.Client

	// FailOn is the severity from which on a weakness is a problem; SeverityUnknown:
	// none is. Judge holds what a target came to against policies; nil: there are none.
	// Both are for enumerations.
	FailOn weaknesses.Severity
	Judge  func(*Result) []Held
	// Certs are the settings for what is said of certificates, for enumerations.
	Certs Credentials

	AtOnce     int           // connections open at once in all; 0: DefaultAtOnce
	PerAddress int           // to one address; 0: DefaultPerAddress
	Rate       float64       // new connections a second to one address; 0: no limit
	RateAll    float64       // and in all; 0: no limit
	Patience   time.Duration // how long a peer may take to connect, and then to answer; 0: probe.DefaultSilence
	Family     int           // 4 or 6: only such addresses; 0: both
	Local      parley.Local
	Now        time.Time
	// Dialer opens the connections; nil: the system's.
	Dialer probe.Dialer
	// Lookup resolves a name; nil: the system's resolver.
	Lookup func(context.Context, string) parley.Lookup
	// Asked, if it is set, is counted up as the first connection to a target is due.
	Asked *atomic.Int64
}

// The defaults of ManyOptions.
const (
	DefaultAtOnce     = 2000
	DefaultPerAddress = 4
)

// The bounds of a scan of many. Together they bound its memory.
const (
	maxAddresses = 16   // of one name that are asked
	maxParked    = 8192 // connections that wait for their address to be free
	maxLookups   = 64   // at once
	maxNames     = 8192 // whose addresses are remembered
	deepAtOnce   = 48   // enumerations at once
)

// job is one address of a record that is to be asked.
type job struct {
	rec  *Record
	at   int // in rec.Addresses
	name string
	// entered: it has its place at the address already.
	entered bool
}

// many is a scan of many targets under way.
type many struct {
	o      ManyOptions
	hello  *hellos
	causes *diagnoses
	gates  gates
	names  names
	pace   *pace
	jobs   chan job
	ctx    context.Context
	stop   context.CancelCauseFunc
	open   sync.WaitGroup // targets that have begun and not ended

	taking sync.Mutex // held while the sink takes a record
	sink   Sink

	mu      sync.Mutex
	workers []*worker
}

// errBroken is why a scan was stopped by its own sink.
type errBroken struct{ error }

// RunMany asks every target of a source, and hands each to the sink when its
// last address has answered. A context that ends keeps the records that were
// handed over; targets that were under way then are not handed over, as if they
// had not been asked. The error is the source's or the sink's.
func RunMany(ctx context.Context, src Source, sink Sink, o ManyOptions) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if o.AtOnce <= 0 {
		o.AtOnce = DefaultAtOnce
	}
	if o.Depth != survey.DepthUnknown {
		o.AtOnce = min(o.AtOnce, deepAtOnce)
	}
	if o.PerAddress <= 0 {
		o.PerAddress = DefaultPerAddress
	}
	if o.Patience <= 0 {
		o.Patience = probe.DefaultSilence
	}
	m := &many{o: o, jobs: make(chan job), ctx: ctx, stop: stop, sink: sink, pace: &pace{rate: o.RateAll}}
	var err error
	if m.hello, err = newHellos(o.Client); err != nil {
		return err
	}
	m.causes = &diagnoses{hello: m.hello, o: &m.o}
	m.gates.init(m)
	m.names.init(o.Lookup)
	defer context.AfterFunc(ctx, m.interrupt)()
	err = m.feed(src)
	m.open.Wait()
	close(m.jobs)
	var broken errBroken
	if cause := context.Cause(ctx); errors.As(cause, &broken) {
		return broken.error
	}
	return err
}

// feed takes targets from the source until it ends or the scan does.
func (m *many) feed(src Source) error {
	for m.ctx.Err() == nil {
		t, err := src.Next(m.ctx)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			if m.ctx.Err() != nil {
				return nil
			}
			return err
		}
		if !m.gates.room() {
			return nil
		}
		if m.o.Asked != nil {
			m.o.Asked.Add(1)
		}
		m.open.Add(1)
		m.hand(job{rec: &Record{Target: t.Text, read: t}, at: -1})
	}
	return nil
}

// hand gives a job to a worker: one that is idle, a new one, or the next that
// has time.
func (m *many) hand(j job) {
	select {
	case m.jobs <- j:
		return
	default:
	}
	m.mu.Lock()
	if len(m.workers) < m.o.AtOnce {
		w := &worker{many: m}
		m.workers = append(m.workers, w)
		m.mu.Unlock()
		go w.work(j)
		return
	}
	m.mu.Unlock()
	m.jobs <- j
}

// interrupt ends what is on the wire.
func (m *many) interrupt() {
	m.gates.wake()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.workers {
		w.line.interrupt()
	}
}

// done takes note that one address of a record was asked, and hands the record
// over if it was the last.
func (m *many) done(rec *Record) {
	if rec.left.Add(-1) > 0 {
		return
	}
	defer m.open.Done()
	if rec.broken.Load() {
		return
	}
	rec.settle()
	m.taking.Lock()
	defer m.taking.Unlock()
	if err := m.sink.Take(rec); err != nil {
		m.stop(errBroken{err})
	}
}

// worker does one job after the other.
type worker struct {
	*many
	line line
}

func (w *worker) work(j job) {
	for ok := true; ok; j, ok = <-w.jobs {
		for more := true; more; {
			j, more = w.one(j)
		}
	}
}

// one does a job, and returns one that waited for the same address.
func (w *worker) one(j job) (job, bool) {
	switch {
	case w.ctx.Err() != nil:
		j.rec.broken.Store(true)
		if j.at < 0 {
			j.rec.left.Store(1)
		}
		w.done(j.rec)
		return job{}, false
	case w.o.Depth != survey.DepthUnknown:
		w.deep(j.rec)
		return job{}, false
	case j.at < 0:
		return w.begin(j.rec)
	}
	return w.address(j)
}

// begin finds the addresses of a target, and asks the first.
func (w *worker) begin(rec *Record) (job, bool) {
	t := rec.read
	if a, err := netip.ParseAddr(t.Host); err == nil && (w.o.Family == 4 && !a.Is4() || w.o.Family == 6 && !a.Is6()) {
		rec.left.Store(1)
		rec.unasked(fmt.Errorf("%s is not an IPv%d address, and no others are to be asked", a, w.o.Family))
		w.done(rec)
		return job{}, false
	}
	found := w.names.lookup(w.ctx, t.Host)
	if w.ctx.Err() != nil {
		rec.broken.Store(true)
	}
	rec.addresses(found, t.Port, w.o.Family)
	if len(rec.Addresses) == 0 {
		rec.left.Store(1)
		w.causes.unnamed(rec, found)
		w.done(rec)
		return job{}, false
	}
	rec.left.Store(int32(len(rec.Addresses)))
	for i := 1; i < len(rec.Addresses); i++ {
		go w.hand(job{rec: rec, at: i, name: t.Name})
	}
	return job{rec: rec, name: t.Name}, true
}

// address asks one address, once there is room there.
func (w *worker) address(j job) (job, bool) {
	a := &j.rec.Addresses[j.at]
	if !j.entered && !w.gates.enter(a.at.Addr(), j) {
		return job{}, false
	}
	w.hello1(j.rec, a)
	next, more := w.gates.leave(a.at.Addr())
	w.done(j.rec)
	return next, more
}

// deep enumerates what a target accepts.
func (w *worker) deep(rec *Record) {
	rec.left.Store(1)
	defer w.done(rec)
	rec.read.Proxies = nil
	r, err := Run(w.ctx, Options{
		Question: target.Question{Text: rec.read.Text, Family: w.o.Family, Local: w.o.Local},
		Depth:    w.o.Depth, Pace: w.o.Pace, Rate: w.o.Rate, Now: w.o.Now, Dialer: paced{w.o.Dialer, w.pace}, Certs: w.o.Certs,
	})
	switch {
	case w.ctx.Err() != nil:
		rec.broken.Store(true)
		return
	case err != nil:
		rec.unasked(err)
		return
	}
	rec.terms(r, &w.o)
	w.diagnose(rec, r)
}

// diagnose says of what told nothing of its terms as much as is told of it where one
// hello is all that is sent.
func (w *worker) diagnose(rec *Record, r *Result) {
	if len(r.Endpoints) == 0 {
		w.causes.unnamed(rec, r.Evidence.Lookup)
		return
	}
	for i := range r.Endpoints {
		if r.Endpoints[i].Learned() || w.ctx.Err() != nil {
			continue
		}
		if w.o.Rate > 0 { // after the last connection of the enumeration
			select {
			case <-w.ctx.Done():
			case <-time.After(time.Duration(float64(time.Second) / w.o.Rate)):
			}
		}
		a := &rec.Addresses[i]
		before := *a
		if w.hello1(rec, a); a.Verdict == parley.VerdictOK {
			*a = before // it answers now: what it accepts was not learned all the same
		}
	}
}
