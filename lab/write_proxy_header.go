package lab

// writeProxyHeader is a port to which something in front sends on what it
// should have sent to a server: a PROXY protocol header comes back.
var writeProxyHeader = Fault{
	Name:  "write-proxy-header",
	Title: "a port answers with a PROXY protocol header",
	Want:  plainSeen,
	Start: plainPeer{
		greeting: "PROXY TCP4 192.0.2.1 192.0.2.2 51234 443\r\n",
		reply:    always(""),
	}.start,
}
