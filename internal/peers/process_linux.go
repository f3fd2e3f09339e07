package peers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout is how long a server may take before it accepts a connection.
const startTimeout = 15 * time.Second

// tempDir makes a directory that other accounts may enter, with a short name:
// the path of a Unix socket holds 107 bytes.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peer")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatalf("peers: make a directory: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// reservePort finds a port that nothing listens on and holds it against other
// test processes until t ends. Ports that the kernel hands out to clients are
// left alone, or an outgoing connection could take one in between.
func reservePort(t testing.TB, addr netip.Addr) uint16 {
	t.Helper()
	dir := filepath.Join(os.TempDir(), "parley-peers-ports")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatalf("peers: reserve a port: %v", err)
	}
	for range 1000 {
		port := uint16(10000 + rand.IntN(22000))
		lock, err := os.OpenFile(filepath.Join(dir, strconv.Itoa(int(port))), os.O_CREATE|os.O_RDWR, 0o666)
		if err != nil {
			t.Fatalf("peers: reserve a port: %v", err)
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			if l, err := net.Listen("tcp", netip.AddrPortFrom(addr, port).String()); err == nil {
				l.Close()
				t.Cleanup(func() { lock.Close() })
				return port
			}
		}
		lock.Close()
	}
	t.Fatalf("peers: no free port on %s", addr)
	return 0
}

// starter runs functions on one thread that never ends. Linux sends a child
// its death signal when the thread that made it ends, not the process.
var starter = sync.OnceValue(func() chan func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// startChild starts cmd in a process group of its own, to be killed as one,
// and lets it die with the test process however that ends.
func startChild(cmd *exec.Cmd, account string) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if account != "" && os.Geteuid() == 0 {
		cred, err := credential(account)
		if err != nil {
			return err
		}
		cmd.SysProcAttr.Credential = cred
	}
	done := make(chan error)
	starter() <- func() { done <- cmd.Start() }
	return <-done
}

func credential(account string) (*syscall.Credential, error) {
	u, err := user.Lookup(account)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// chown gives path, and what is in it, to the account that j runs as.
func (j *job) chown(path string) error {
	if j.user == "" || os.Geteuid() != 0 {
		return nil
	}
	cred, err := credential(j.user)
	if err != nil {
		return err
	}
	return filepath.WalkDir(path, func(name string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, int(cred.Uid), int(cred.Gid))
	})
}

// command runs a helper program of a stack to its end, as the job's account.
func (j *job) command(argv ...string) error {
	var out strings.Builder
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = j.dir, j.environ()
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := startChild(cmd, j.user); err != nil {
		return fmt.Errorf("%s: %w", argv[0], err)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, out.String())
	}
	return nil
}

func (j *job) environ() []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + j.dir}, j.env...)
}

// run starts the server of j, waits until it accepts connections, and stops it
// with t.
func run(t testing.TB, j *job) error {
	t.Helper()
	output, err := os.Create(j.path("output"))
	if err != nil {
		return fmt.Errorf("peers: %s: %w", j.stack, err)
	}
	defer output.Close()
	cmd := exec.Command(j.argv[0], j.argv[1:]...)
	cmd.Dir, cmd.Env = j.dir, j.environ()
	cmd.Stdout, cmd.Stderr = output, output
	if drivers[j.stack].listens {
		if _, err := cmd.StdinPipe(); err != nil { // Wait closes it
			return fmt.Errorf("peers: %s: %w", j.stack, err)
		}
	}
	if err := startChild(cmd, j.user); err != nil {
		return fmt.Errorf("peers: start %s: %w", j.stack, err)
	}
	j.pid = cmd.Process.Pid
	exited := make(chan struct{})
	go func() { cmd.Wait(); close(exited) }()
	t.Cleanup(func() {
		// The group outlives its leader when the leader dies first.
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-exited
		if t.Failed() {
			t.Logf("peers: log of %s:\n%s", j.argv, j.log())
		}
	})
	await := awaitListener
	if drivers[j.stack].udp {
		await = awaitSocket
	}
	if err := await(j.addr, exited); err != nil {
		return fmt.Errorf("peers: %s %v: %w\n%s", j.stack, j.argv, err, j.log())
	}
	return nil
}

// awaitSocket looks until something takes datagrams at addr: a datagram of ours
// would be an answer to wait for.
func awaitSocket(addr netip.AddrPort, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		// Of this thread: a test may have taken the process's first one to another network.
		table, err := os.ReadFile("/proc/thread-self/net/udp")
		if err != nil {
			return err
		}
		// Whom it is connected to does not matter: gnutls-serv connects its one socket
		// to whoever sends it a hello, be it a late one for who had the port before.
		for line := range strings.Lines(string(table)) {
			if f := strings.Fields(line); len(f) > 1 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", addr.Port())) {
				return nil
			}
		}
		select {
		case <-exited:
			return errors.New("ended before it listened")
		case <-ctx.Done():
			return fmt.Errorf("takes no datagrams at %s after %s", addr, startTimeout)
		case <-tick.C:
		}
	}
}

// awaitListener connects until something answers, and closes again: a server
// that serves one connection at a time would wait for us for ever.
func awaitListener(addr netip.AddrPort, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	var dialer net.Dialer
	for {
		conn, err := dialer.DialContext(ctx, "tcp", addr.String())
		if err == nil {
			return conn.Close()
		}
		select {
		case <-exited:
			return errors.New("ended before it listened")
		case <-ctx.Done():
			return fmt.Errorf("does not listen on %s after %s: %w", addr, startTimeout, err)
		case <-tick.C:
		}
	}
}
