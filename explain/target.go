package explain

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/lazy"
	"github.com/parley-tls/parley/knowledge/errors"
)

// endpoint is a host, and a port or "", that a text names.
type endpoint struct{ host, port string }

func (e endpoint) String() string {
	switch {
	case e.port == "":
		return e.host
	case strings.Contains(e.host, ":"):
		return "[" + e.host + "]:" + e.port
	}
	return e.host + ":" + e.port
}

// name is what an endpoint is called by: a name with a dot, localhost, an address.
const (
	name   = `(?P<host>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)`
	dotted = `(?P<host>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+|localhost|\[[0-9A-Fa-f:]{2,39}\])`
	digits = `(?P<port>[0-9]{1,5})`
)

// forms are the ways in which programs name an endpoint, the surest first.
var forms = []lazy.Pattern{
	lazy.Regexp(`(?i)\b(?P<scheme>https|wss|ldaps?|amqps?|mqtts?|rediss?|imaps?|pop3s?|smtps?|postgres(?:ql)?|mysql|mariadb|mongodb|grpcs?|ftps?|sqlserver|nats|ssl|tls|tcp|http)://(?:[^/@\s"']*@)?(?:` + dotted + `|(?P<hostB>[A-Za-z0-9-]+))(?::` + digits + `)?(?:[/?"'<>\s,;)\]]|: |:?$)`),
	lazy.Regexp(`(?i)\bhost='?` + name + `'?, port='?` + digits),
	lazy.Regexp(`(?i)\bat "` + name + `"(?: \([0-9a-f.:]+\))?,? port ` + digits),
	lazy.Regexp(`(?i)\bconnect(?:ed|ing|ion)? to (?:server )?` + name + ` (?:\([0-9a-f.:]+\) )?port ` + digits),
	lazy.Regexp(`(?i)\b` + dotted + `\[[0-9a-f.:]+\]:` + digits + `\b`),
	lazy.Regexp(`(?i)\b` + name + `/(?:[0-9]{1,3}\.){3}[0-9]{1,3}:` + digits + `\b`),
	lazy.Regexp(`->` + dotted + `:` + digits + `\b`),
	lazy.Regexp(`(?i)\bCONNECT(?:ION)? (?:ECONN[A-Z]+ |ETIMEDOUT )?` + dotted + `:` + digits + `\b`),
	lazy.Regexp(`(?i)\b(?:dial tcp|lookup|-connect|upstream|E[A-Z]{5,12}|host(?:name)?|server|broker|peer|target|to|for|at|node)[ =:]+"?'?/?` + dotted + `:` + digits + `\b`),
	lazy.Regexp(`(?:^|[\s"'(<\[=,/])` + dotted + `:` + digits + `(?:$|[\s"')>\],;/]|: )`),
}

// sourceFiles are endings of names of files, which a number of a line follows.
var sourceFiles = []string{
	"c", "cc", "cpp", "h", "go", "java", "kt", "scala", "py", "rb", "js", "mjs", "cjs", "ts", "jsx", "tsx", "php", "pl", "pm", "rs", "cs", "vb", "ex", "exs", "erl", "hs", "ml", "lua", "swift", "m", "mm",
	"sh", "ps1", "pas", "dpr", "groovy", "clj", "dart", "sql", "so", "dll", "exe", "log", "conf", "cfg", "yml", "yaml", "json", "xml", "txt", "pem", "crt", "key", "cnf", "jar", "class", "vue", "html",
}

// manuals are where programs send their readers, and no endpoint that failed.
var manuals = []string{
	"curl.se", "curl.haxx.se", "curl.haxx", "go.microsoft.com", "aka.ms", "docs.", "pip.pypa.io", "httpd.apache.org", "stackoverflow.com", "wiki.", "bugs.", "help.", "support.", "learn.microsoft.com",
	"msdn.microsoft.com", "nodejs.org/api", "www.openssl.org", "urllib3.readthedocs.io", "tools.ietf.org", "errors.", "developer.", "phpmailer/wiki", "www.w3.org", "schemas.",
}

// endpointsIn are the endpoints that a line names, each once, the surest first.
func endpointsIn(line string) []endpoint {
	if len(line) > window {
		line = line[:window]
	}
	var out []endpoint
	for _, form := range forms {
		re := form()
		for _, m := range re.FindAllStringSubmatch(line, 8) {
			var e endpoint
			for i, group := range re.SubexpNames() {
				switch {
				case m[i] == "":
				case group == "host" || group == "hostB":
					e.host = strings.Trim(m[i], "[]")
				case group == "port":
					e.port = m[i]
				}
			}
			scheme := ""
			if i := re.SubexpIndex("scheme"); i >= 0 {
				scheme = strings.ToLower(m[i])
			}
			if e = e.sane(scheme); e.host == "" || slices.ContainsFunc(manuals, func(w string) bool { return strings.Contains(m[0], w) }) {
				continue
			}
			if !slices.ContainsFunc(out, func(o endpoint) bool { return o.host == e.host && (o.port == e.port || e.port == "") }) {
				out = append(out, e)
			}
		}
	}
	return out
}

// sane is an endpoint as a command names it; one without a host is none.
func (e endpoint) sane(scheme string) endpoint {
	last := e.host[strings.LastIndexByte(e.host, '.')+1:]
	_, err := netip.ParseAddr(e.host)
	switch {
	case scheme == "http" && e.port == "":
		return endpoint{} // what was asked in clear is no endpoint of TLS
	case err == nil && e.host == "0.0.0.0":
		return endpoint{}
	case err != nil && strings.Trim(last, "0123456789") == "":
		return endpoint{} // a version, a time
	case err != nil && scheme == "" && slices.Contains(sourceFiles, strings.ToLower(last)):
		return endpoint{}
	case scheme == "https" && e.port == "443":
		e.port = ""
	}
	if e.port == "" {
		e.port = portOf[scheme]
	}
	return e
}

// portOf are the ports of schemes, where it is not 443.
var portOf = map[string]string{
	"ldaps": "636", "ldap": "389", "amqps": "5671", "mqtts": "8883", "rediss": "6379", "redis": "6379", "imaps": "993", "imap": "143", "pop3s": "995", "pop3": "110", "smtps": "465", "smtp": "587",
	"postgres": "5432", "postgresql": "5432", "mysql": "3306", "mariadb": "3306", "mongodb": "27017", "ftps": "990", "ftp": "21", "sqlserver": "1433", "nats": "4222",
}

// target is the endpoint that a text says the failure is of, as a command names
// it: of the failing line first, then of the text, where it names one alone or one
// stands before that line; "": none. A server's log names its clients, which are
// no targets.
func (t *Text) target(line string, role errors.Role) string {
	if role == errors.RoleServer {
		return ""
	}
	if es := endpointsIn(line); len(es) > 0 {
		return es[0].String()
	}
	before, after := "", ""
	seen := false
	for l := range strings.Lines(t.Head) {
		l = strings.TrimSpace(l)
		seen = seen || l == line
		es := endpointsIn(l)
		switch {
		case len(es) == 0:
		case !seen:
			before = es[0].String()
		case after == "":
			after = es[0].String()
		}
	}
	if before != "" {
		return before
	}
	return after
}

// viaProxy gives a failure of reaching a proxy that meaning: the text says that it
// is a proxy, or names a URL, and an address that was asked on another port.
func (t *Text) viaProxy(first *event) *event {
	if first.meaning.ID != "refused" {
		return first
	}
	line := first.found.Line
	if !speaksOfProxy(line) && !isBesideURL(line) {
		return first
	}
	out := *first
	out.meaning = errors.MeaningOf("refused.proxy")
	return &out
}

// speaksOfProxy says whether a line says that a proxy could not be reached.
func speaksOfProxy(line string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc([]string{"proxyconnect", "connect to proxy", "proxyerror", "proxy refused", "proxy server is refusing", "tunneling socket could not be established", "via proxy", "proxy connection"}, func(w string) bool { return strings.Contains(line, w) })
}

// isBesideURL says whether a line names an https URL and, as what was connected to,
// an address with another port.
func isBesideURL(line string) bool {
	url := forms[0]().FindStringSubmatch(line)
	asked := askedAt().FindStringSubmatch(line)
	if url == nil || asked == nil || !strings.EqualFold(url[1], "https") {
		return false
	}
	port := url[forms[0]().SubexpIndex("port")]
	if port == "" {
		port = "443"
	}
	return asked[1] != port
}

// askedAt is the address that a program says it connected to.
var askedAt = lazy.Regexp(`(?:ECONNREFUSED|dial tcp|ETIMEDOUT) \[?[0-9a-fA-F.:]+\]?:([0-9]{1,5})\b`)

// isElsewhere says whether a message that is mostly of other things than handshakes
// stands in a text without any sign of one.
func (t *Text) isElsewhere(m *errors.Meaning) bool {
	if m.Otherwise == "" {
		return false
	}
	text := strings.ToLower(t.Head)
	return !slices.ContainsFunc(m.Needs, func(w string) bool { return strings.Contains(text, w) })
}

// tests are the commands that tell the causes apart, at most two: a check only where
// one could tell.
func (t *Text) tests(first *event, a *Answer, host string) []Test {
	if host == "" {
		host = t.target(a.Line, a.Role)
	}
	var out []Test
	p := t.protocolOf(a.Line)
	switch {
	case first.meaning.ID == "refused.proxy":
		out = []Test{{Command: proxyTest(a.Line, host)}}
	case first.meaning.Test != "":
		out = []Test{{Command: strings.ReplaceAll(first.meaning.Test, "HOST", cmpOr(host, "HOST"))}}
	case len(a.Causes) > 0 && (t.isUnspoken(a.Line) || first.isLocal()):
		for _, c := range a.Causes[:min(2, len(a.Causes))] {
			out = append(out, Test{Command: "parley explain " + string(c.ID), Separates: []parley.CauseID{c.ID}})
		}
		return out
	default:
		return tests(a.Causes, host, t.Head, p)
	}
	out[0].Separates = []parley.CauseID{}
	for _, c := range a.Causes {
		out[0].Separates = append(out[0].Separates, c.ID)
	}
	return out
}

func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// proxyTest is the command that asks the proxy which a line names.
func proxyTest(line, host string) string {
	via := "env"
	if m := askedAt().FindString(line); m != "" {
		via = "http://" + m[strings.LastIndexByte(m, ' ')+1:]
	}
	return "parley check " + cmpOr(host, "HOST") + " --proxy " + via
}

// isLocal says whether nothing was sent, for a reason of this machine that no check
// of an endpoint shows.
func (e *event) isLocal() bool {
	return e.meaning.By == errors.ByLocal && e.meaning.Phase != parley.PhaseName && e.meaning.Phase != parley.PhaseConnect && e.meaning.Phase != parley.PhasePlaintext
}

// isUnspoken says whether a failure is of a protocol that no check speaks.
func (t *Text) isUnspoken(line string) bool {
	for _, where := range []string{strings.ToLower(line), strings.ToLower(t.Head)} {
		if slices.ContainsFunc(errors.Unspoken, func(s string) bool { return strings.Contains(where, s) }) {
			return true
		}
		if strings.Contains(where, "https://") {
			return false
		}
	}
	return false
}
