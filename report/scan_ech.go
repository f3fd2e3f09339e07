package report

import (
	"fmt"

	"github.com/parley-tls/parley"
)

// echText says what is known of encrypted_client_hello, short.
func echText(s *parley.Server) string {
	x := &s.Details.ECH
	switch {
	case x.Published.Is == parley.Yes:
		text := "published with the name " + x.PublicName
		switch x.Accepted.Is {
		case parley.Yes:
			text += ", and accepted"
		case parley.No:
			text += ", and not accepted"
		case parley.Unknown:
			text += ", not known to be accepted"
		}
		if x.Outer.Is == parley.No {
			text += "; that name alone is refused: " + x.Outer.Why
		}
		return text
	case x.Retries.Is == parley.Yes:
		text := fmt.Sprintf("the server has %d configurations of it", len(x.Configs))
		if len(x.Configs) == 1 {
			text = "the server has a configuration of it, with the name " + x.Configs[0].PublicName
		}
		if x.Published.Is == parley.No {
			return text + "; no HTTPS record publishes one"
		}
		return text
	}
	return ""
}

type echJSON struct {
	Published     parley.Truth `json:"published"`
	Why           string       `json:"why"`
	PublicName    string       `json:"public_name"`
	Outer         parley.Truth `json:"public_name_completes"`
	Accepted      parley.Truth `json:"accepted"`
	Retries       parley.Truth `json:"retry_configs"`
	Configs       int          `json:"retry_configs_count"`
	PublishedFrom []string     `json:"from"`
}

func echDocument(x *parley.ECHTerms) echJSON {
	why := x.Published.Why
	if x.Accepted.Is != parley.Yes && x.Accepted.Why != "" {
		why = x.Accepted.Why
	}
	return echJSON{
		Published: x.Published.Is, Why: why, PublicName: x.PublicName, Outer: x.Outer.Is, Accepted: x.Accepted.Is, Retries: x.Retries.Is,
		Configs: len(x.Configs), PublishedFrom: sources(x.Published.From),
	}
}
