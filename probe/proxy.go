package probe

import "net/url"

// tunnel is a kind of proxy: the port that its URL means when it names none,
// and how it is asked for a connection.
type tunnel struct {
	port string
	open func(*run, *url.URL) *end
}

var tunnels = map[string]tunnel{
	"http":    {port: "80", open: (*run).connectHTTP},
	"https":   {port: "443", open: (*run).connectHTTPS},
	"socks5":  {port: "1080", open: (*run).connectSOCKS5},
	"socks5h": {port: "1080", open: (*run).connectSOCKS5h},
}

func (x *run) connectHTTP(u *url.URL) *end    { return nil }
func (x *run) connectHTTPS(u *url.URL) *end   { return nil }
func (x *run) connectSOCKS5(u *url.URL) *end  { return nil }
func (x *run) connectSOCKS5h(u *url.URL) *end { return nil }
