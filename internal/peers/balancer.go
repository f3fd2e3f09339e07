package peers

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
)

// streamModule is what nginx passes TCP on with.
const streamModule = "/usr/lib/nginx/modules/ngx_stream_module.so"

// Balance runs nginx as a balancer of TCP on loopback until t ends. It reads
// the hello and passes the connection on by the newest version that it offers,
// in nginx's words ("TLSv1.3"; "" stands for every other): to the address that
// routes has for it. A route to the zero address leads nowhere, and the
// connection is closed. It is what an upgrade that forgot a part of the farm
// looks like.
func Balance(t testing.TB, routes map[string]netip.AddrPort) *Server {
	t.Helper()
	Need(t, Nginx)
	if _, err := os.Stat(streamModule); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("peers: %v; run internal/peers/install.sh", err)
		}
		t.Skipf("SKIPPED: %v; run internal/peers/install.sh", err)
	}
	j := &job{stack: Nginx, dir: tempDir(t)}
	j.addr = netip.AddrPortFrom(loopback, reservePort(t, loopback))
	var lines []string
	for _, version := range slices.Sorted(maps.Keys(routes)) {
		to := routes[version]
		if !to.IsValid() {
			to = netip.AddrPortFrom(loopback, 1) // nothing listens on tcpmux
		}
		if version == "" {
			version = "default"
		}
		lines = append(lines, fmt.Sprintf("%s %s;", version, to))
	}
	conf, err := j.write("nginx.conf", `load_module `+streamModule+`;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr info;
events { worker_connections 256; }
stream {
map $ssl_preread_protocol $to { `+strings.Join(lines, " ")+` }
server { listen `+j.addr.String()+`; ssl_preread on; proxy_pass $to; }
}
`)
	if err != nil {
		t.Fatal(err)
	}
	j.argv = []string{"/usr/sbin/nginx", "-p", j.dir, "-c", conf, "-e", "stderr"}
	if err := run(t, j); err != nil {
		t.Fatal(err)
	}
	return &Server{Stack: Nginx, Version: version(drivers[Nginx]), Addr: j.addr, Log: j.log}
}
