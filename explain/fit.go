package explain

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley/knowledge/errors"
)

// isSSH says whether a text is of SSH: a line of it is, and none names TLS.
func (t *Text) isSSH(first *event) bool {
	text := strings.ToLower(t.Head)
	if first != nil {
		text += "\n" + strings.ToLower(first.found.Line)
	}
	ssh := false
	for line := range strings.Lines(text) {
		switch {
		case slices.ContainsFunc(errors.SSH, func(s string) bool { return strings.Contains(line, s) }):
			ssh = true
		case strings.Contains(line, "ssl") || strings.Contains(line, "tls") || strings.Contains(line, "x509"):
			return false
		}
	}
	return ssh
}

// protocolOf tells which protocol a failure is of: by its own line first, then
// by the text; nil: HTTP, or not known.
func (t *Text) protocolOf(line string) *errors.Protocol {
	for _, where := range []string{strings.ToLower(line), strings.ToLower(t.Head)} {
		if strings.Contains(where, "https://") {
			return nil
		}
		i := slices.IndexFunc(errors.Protocols, func(p errors.Protocol) bool {
			return slices.ContainsFunc(p.Signs, func(s string) bool { return strings.Contains(where, s) })
		})
		if i >= 0 {
			return &errors.Protocols[i]
		}
	}
	return nil
}

// fit makes the command that tests a cause speak the protocol of the text.
func fit(command, host, text string, p *errors.Protocol) string {
	rest, ok := strings.CutPrefix(command, "parley check HOST")
	if !ok {
		return command
	}
	// Which upgrade, a check reads from port and greeting; smtp would be a guess.
	rest = strings.TrimPrefix(rest, " --starttls smtp")
	if p == nil {
		return "parley check " + host + rest
	}
	if at := strings.LastIndexByte(host, ':'); at >= 0 {
		// The port says which of a protocol's two ways it is.
		port := host[at+1:]
		if i := slices.IndexFunc(errors.Protocols, func(x errors.Protocol) bool { return slices.Contains(x.Ports, port) }); i >= 0 {
			p = &errors.Protocols[i]
		}
	} else {
		at := max(0, slices.IndexFunc(p.Ports, func(port string) bool {
			return strings.Contains(text, ":"+port) || strings.Contains(text, "port "+port)
		}))
		host += ":" + p.Ports[at]
	}
	if p.StartTLS != "" {
		host += " --starttls " + p.StartTLS
	}
	return "parley check " + host + rest
}

// follows says whether e is a consequence of the failure: the end of a
// connection that one side refused, or the alert by which this side said so.
// Lines of a log, and those of which a server writes one a connection, are each a
// failure.
func (e *event) follows(first *event) bool {
	if line := e.found.normal; line != first.found.normal {
		own := line != "" && (line[0] >= '0' && line[0] <= '9' || line[0] == '<' || line[0] == '[') // by when it happened
		if own || slices.ContainsFunc(perConnection, func(w string) bool { return strings.Contains(line, w) }) {
			return false
		}
	}
	refused := first.meaning.By == errors.ByPeer || first.meaning.By == errors.BySelf
	return refused && (e.meaning.By == errors.ByNobody || e.alert != nil && e.alert.Sent)
}
